package io.tranship.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tranship.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is written here and in the code must be the same.
class CodeTest {

    private static final Path PROJECT = Overlay.PROJECT;
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    private static final Pattern METER =
            Pattern.compile("(counter|gauge)\\(\\s*\"(tranship\\.[a-z.]+)\"");
    private static final Pattern ASKED = Pattern.compile("tranship_[a-z_]+");
    private static final Pattern GROUP =
            Pattern.compile("group\\.id=\\$\\{tranship\\.topic-prefix:tranship\\.}(\\S+)");

    @Test
    void topicsOfProductionAreThoseOfTheSchemas() {
        var topics =
                Manifest.ofKind(Overlay.PRODUCTION.objects(), "KafkaTopic")
                        .map(topic ->
                                new Topics.Topic(
                                        Manifest.name(topic),
                                        topic.at("/spec/partitions").asInt(),
                                        texts(topic.at("/spec/config"))));
        assertThat(topics).containsExactlyInAnyOrderElementsOf(TOPICS.all());
    }

    @Test
    void topicsOfDevelopmentAreThoseOfTheSchemas() {
        var lines =
                Manifest.ofKind(Overlay.DEV.objects(), "ConfigMap")
                        .map(map -> map.at("/data/topics.txt").asText())
                        .flatMap(String::lines);
        assertThat(lines.map(CodeTest::topic)).containsExactlyInAnyOrderElementsOf(TOPICS.all());
    }

    private static Topics.Topic topic(String line) {
        var words = line.split(" ", -1);
        return new Topics.Topic(
                words[0],
                Integer.parseInt(words[1]),
                Arrays.stream(words[2].split(",", -1))
                        .map(setting -> setting.split("=", -1))
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
    }

    @Test
    void rightsAreForTopicsAndGroupsThatAre() {
        var topics = TOPICS.all().stream().map(Topics.Topic::name).toList();
        assertThat(granted(".*", "topic", ".*")).isSubsetOf(topics);
        for (var service : List.of("scheduler", "dispatch", "status")) {
            assertThat(granted("kafka-" + service, "group", "Read"))
                    .as(service)
                    .isEqualTo(groups(service));
        }
        assertThat(granted("kafka-worker", "group", "Read"))
                .containsExactly(Topics.DEFAULT_PREFIX + "launchers");
        assertThat(granted("kafka-producer", ".*", ".*")).containsExactly(TOPICS.requests());
    }

    @Test
    void whoeverReadsATopicInAGroupMayReadItAndPutItsBadRecordsAside() {
        for (var service : List.of("scheduler", "dispatch", "status")) {
            var read =
                    groups(service).stream()
                            .map(group -> group.substring(group.indexOf('-') + 1))
                            .map(topic -> Topics.DEFAULT_PREFIX + topic)
                            .toList();
            assertThat(granted("kafka-" + service, "topic", "Read")).as(service).containsAll(read);
            assertThat(granted("kafka-" + service, "topic", "Write"))
                    .as(service)
                    .containsAll(read.stream().map(TOPICS::deadLetters).toList());
        }
    }

    private static Set<String> granted(String user, String type, String operation) {
        return Manifest.ofKind(Overlay.PRODUCTION.objects(), "KafkaUser")
                .filter(each -> Manifest.name(each).matches(user))
                .flatMap(each -> each.at("/spec/authorization/acls").valueStream())
                .filter(acl -> acl.at("/resource/type").asText().matches(type))
                .filter(acl ->
                        acl.path("operations")
                                .valueStream()
                                .anyMatch(each -> each.asText().matches(operation)))
                .map(acl -> acl.at("/resource/name").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> groups(String service) {
        var settings =
                PROJECT.resolve(service + "-service/src/main/resources/application.properties");
        return GROUP.matcher(read(settings))
                .results()
                .map(found -> Topics.DEFAULT_PREFIX + found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void alertsAndScalingAskForMetersThatServicesHave() {
        var asked =
                Overlay.PRODUCTION.objects().stream()
                        .flatMap(object ->
                                Stream.of("expr", "query")
                                        .flatMap(field -> object.findValuesAsText(field).stream()))
                        .flatMap(query -> ASKED.matcher(query).results().map(each -> each.group()))
                        .collect(Collectors.toSet());
        assertThat(asked).hasSizeGreaterThan(9);
        assertThat(meters()).containsAll(asked);
    }

    /// With the names that Prometheus sees: a counter's ends in `_total`.
    private static Set<String> meters() {
        var names = new TreeSet<String>();
        for (var module :
                List.of(
                        "outbox",
                        "scheduler-service",
                        "dispatch-service",
                        "worker-service",
                        "status-service")) {
            for (var file : sources(PROJECT.resolve(module).resolve("src/main/java"))) {
                METER.matcher(read(file))
                        .results()
                        .map(found ->
                                found.group(2).replace('.', '_')
                                        + (found.group(1).equals("counter") ? "_total" : ""))
                        .forEach(names::add);
            }
        }
        return names;
    }

    @Test
    void serversOfDevelopmentAreOfTheVersionsThatTestsUse() {
        var versions = read(PROJECT.resolve("pom.xml"));
        var images =
                Manifest.ofKind(Overlay.DEV.objects(), "StatefulSet")
                        .flatMap(Manifest::containers)
                        .map(container -> container.path("image").asText())
                        .map(image -> image.substring(image.lastIndexOf(':') + 1));
        assertThat(images)
                .hasSize(2)
                .allSatisfy(tag ->
                        assertThat(versions).containsPattern("version>" + Pattern.quote(tag)));
    }

    @Test
    void portsAreThoseOfTheServices() {
        for (var object : Manifest.ofKind(Overlay.EXISTING.objects(), "Deployment").toList()) {
            var settings =
                    PROJECT.resolve(Manifest.name(object))
                            .resolve("src/main/resources/application.properties");
            var port = object.at("/spec/template/spec/containers/0/ports/0/containerPort").asText();
            assertThat(read(settings)).contains("${tranship.http-port:" + port + "}");
        }
    }

    private static List<Path> sources(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> texts(JsonNode object) {
        return object.propertyStream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().asText()));
    }
}
