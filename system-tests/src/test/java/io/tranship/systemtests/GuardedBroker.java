package io.tranship.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tranship.servers.LocalKafka.Guard;
import io.tranship.servers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// TLS, a password for each user, and the rights of `deploy/k8s/overlays/production`: the same
/// users may do the same things.
final class GuardedBroker {

    static final String TOPIC_PREFIX = "tranship.";

    private static final Path USERS =
            ServiceProcess.root().resolve("deploy/k8s/overlays/production/kafka/users.yaml");
    private static final int ITERATIONS = 4096;

    private final Path certificate;
    private final Guard guard;
    private final List<JsonNode> users;
    private final Map<String, String> passwords = new HashMap<>();

    GuardedBroker(Path folder) {
        certificate = folder.resolve("ca.crt");
        var keyStore = folder.resolve("broker.p12");
        var password = UUID.randomUUID().toString();
        keytool(
                folder,
                "-genkeypair -alias broker -keyalg EC -groupname secp256r1 -dname CN=broker -ext san=ip:127.0.0.1 -validity 2 -storetype PKCS12 -keystore %s -storepass %s"
                        .formatted(keyStore, password));
        keytool(
                folder,
                "-exportcert -rfc -alias broker -file %s -keystore %s -storepass %s"
                        .formatted(certificate, keyStore, password));
        guard = new Guard(Ports.free(), keyStore, password);
        try (var documents =
                new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(USERS.toFile())) {
            users = documents.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        users.forEach(user -> passwords.put(name(user), UUID.randomUUID().toString()));
    }

    private static void keytool(Path folder, String options) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(options.split(" ")));
        var log = folder.resolve("keytool.log").toFile();
        try {
            var ended =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log)
                            .start()
                            .waitFor();
            if (ended != 0) {
                throw new IllegalStateException(Files.readString(log.toPath()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Guard guard() {
        return guard;
    }

    /// Makes the users and their rights, at the unguarded way in.
    void letIn(String unguarded) {
        var credentials =
                passwords.entrySet().stream()
                        .<UserScramCredentialAlteration>map(user ->
                                new UserScramCredentialUpsertion(
                                        user.getKey(),
                                        new ScramCredentialInfo(
                                                ScramMechanism.SCRAM_SHA_512, ITERATIONS),
                                        user.getValue()))
                        .toList();
        var rights = users.stream().flatMap(user -> rights(user).stream()).toList();
        try (var admin = Admin.create(Map.of("bootstrap.servers", unguarded))) {
            admin.alterUserScramCredentials(credentials).all().get();
            admin.createAcls(rights).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<AclBinding> rights(JsonNode user) {
        var rights = new ArrayList<AclBinding>();
        for (var right : user.at("/spec/authorization/acls")) {
            var resource =
                    new ResourcePattern(
                            ResourceType.fromString(right.at("/resource/type").asText()),
                            right.at("/resource/name").asText(),
                            PatternType.LITERAL);
            for (var operation : right.get("operations")) {
                rights.add(
                        new AclBinding(
                                resource,
                                new AccessControlEntry(
                                        "User:" + name(user),
                                        "*",
                                        operation(operation.asText()),
                                        AclPermissionType.ALLOW)));
            }
        }
        return rights;
    }

    /// Strimzi writes `AlterConfigs`.
    private static AclOperation operation(String name) {
        return AclOperation.valueOf(
                name.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT));
    }

    private static String name(JsonNode user) {
        return user.at("/metadata/name").asText();
    }

    /// Environment variables, as the pods of production have them.
    Map<String, String> settings(Part part) {
        var settings = new HashMap<String, String>();
        settings.put("TRANSHIP_KAFKA", guard.bootstrap());
        client("kafka-" + part.shortName())
                .forEach((key, value) ->
                        settings.put(
                                "KAFKA_" + key.replace('.', '_').toUpperCase(Locale.ROOT), value));
        settings.remove("KAFKA_BOOTSTRAP_SERVERS");
        return settings;
    }

    /// Settings of a Kafka client.
    Map<String, String> client(String user) {
        return client(user, passwords.get(user));
    }

    Map<String, String> client(String user, String password) {
        return Map.of(
                "bootstrap.servers",
                guard.bootstrap(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, password),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                certificate.toString());
    }
}
