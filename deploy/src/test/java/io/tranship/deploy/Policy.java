package io.tranship.deploy;

import static io.tranship.deploy.Manifest.containers;
import static io.tranship.deploy.Manifest.namespace;
import static io.tranship.deploy.Manifest.ofKind;
import static io.tranship.deploy.Manifest.pod;
import static io.tranship.deploy.Manifest.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What every overlay keeps to. Each rule names the objects that break it.
enum Policy {
    IMAGES_HAVE_A_FIXED_TAG(
            eachContainer(container ->
                    !container
                            .path("image")
                            .asText()
                            .matches(".+(:(?!latest$)[^/:]+|@sha256:.+)"))),
    REQUESTS_AND_LIMITS_ARE_SET(
            eachContainer(container ->
                    Stream.of("/requests/cpu", "/requests/memory", "/limits/memory")
                            .anyMatch(at -> isMissing(container.path("resources"), at)))),
    MEMORY_IS_PROMISED_IN_FULL(
            eachContainer(container ->
                    !container
                            .at("/resources/requests/memory")
                            .equals(container.at("/resources/limits/memory")))),
    NOTHING_IS_PRIVILEGED(
            eachContainer(container ->
                    container.at("/securityContext/privileged").asBoolean()
                            || container
                                    .path("ports")
                                    .valueStream()
                                    .anyMatch(port -> port.has("hostPort")))),
    NOTHING_OF_THE_HOST_IS_USED(
            eachPod(pod ->
                    Stream.of("hostNetwork", "hostPID", "hostIPC")
                                    .anyMatch(field -> pod.path(field).asBoolean())
                            || pod.path("volumes")
                                    .valueStream()
                                    .anyMatch(volume -> volume.has("hostPath")))),
    NO_PRIVILEGE_IS_GAINED(
            eachContainer(container ->
                    container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))),
    ALL_CAPABILITIES_ARE_DROPPED(
            eachContainer(container ->
                    !container.at("/securityContext/capabilities/drop/0").asText().equals("ALL")
                            || container.at("/securityContext/capabilities").has("add"))),
    THE_ROOT_IS_READ_ONLY(
            eachContainer(container ->
                    !container.at("/securityContext/readOnlyRootFilesystem").asBoolean())),
    NOBODY_RUNS_AS_ROOT(
            eachPod(pod ->
                    !pod.at("/securityContext/runAsNonRoot").asBoolean()
                            || pod.at("/securityContext/runAsUser").asInt(0) == 0)),
    SYSTEM_CALLS_ARE_FILTERED(
            eachPod(pod ->
                    !pod.at("/securityContext/seccompProfile/type")
                            .asText()
                            .equals("RuntimeDefault"))),
    NO_TOKEN_IS_MOUNTED(objects ->
            Stream.concat(
                            ofKind(objects, "ServiceAccount")
                                    .filter(account ->
                                            account.path("automountServiceAccountToken")
                                                    .asBoolean(true)),
                            workloads(objects)
                                    .filter(workload ->
                                            pod(workload)
                                                    .path("automountServiceAccountToken")
                                                    .asBoolean(true)))
                    .map(Manifest::title)),
    RIGHTS_ARE_NAMED(objects ->
            Stream.concat(
                            ofKind(objects, "ClusterRole", "ClusterRoleBinding"),
                            ofKind(objects, "Role")
                                    .filter(role ->
                                            role.path("rules").toString().contains("\"*\"")))
                    .map(Manifest::title)),
    NAMESPACES_ARE_RESTRICTED(objects ->
            ofKind(objects, "Namespace")
                    .filter(namespace ->
                            !namespace
                                    .at("/metadata/labels")
                                    .path("pod-security.kubernetes.io/enforce")
                                    .asText()
                                    .equals("restricted"))
                    .map(Manifest::title)),
    TRAFFIC_IS_DENIED_BY_DEFAULT(objects ->
            ofKind(objects, "Namespace")
                    .filter(namespace ->
                            ofKind(objects, "NetworkPolicy")
                                    .filter(each ->
                                            namespace(each).equals(Manifest.name(namespace)))
                                    .noneMatch(Policy::deniesAll))
                    .map(Manifest::title)),
    DISRUPTION_IS_BOUNDED(objects ->
            ofKind(objects, "Deployment")
                    .filter(deployment -> isReplicated(deployment, objects))
                    .filter(deployment ->
                            ofKind(objects, "PodDisruptionBudget")
                                    .noneMatch(budget -> covers(budget, deployment)))
                    .map(Manifest::title)),
    REPLICAS_ARE_SPREAD(objects ->
            ofKind(objects, "Deployment")
                    .filter(each -> isReplicated(each, objects))
                    .filter(each -> pod(each).path("topologySpreadConstraints").isEmpty())
                    .map(Manifest::title)),
    SERVERS_ARE_PROBED(objects ->
            ofKind(objects, "Deployment", "StatefulSet")
                    .filter(server ->
                            containers(server)
                                    .anyMatch(container ->
                                            !container.has("startupProbe")
                                                    || !container.has("livenessProbe")
                                                    || !container.has("readinessProbe")))
                    .map(Manifest::title)),
    THERE_IS_TIME_TO_END(objects ->
            workloads(objects)
                    .filter(workload ->
                            pod(workload).path("terminationGracePeriodSeconds").asInt(30)
                                    < Ending.seconds(workload))
                    .map(Manifest::title)),
    NO_SECRET_IS_WRITTEN_DOWN(objects ->
            Stream.concat(
                            ofKind(objects, "Secret"),
                            Stream.concat(
                                    workloads(objects).filter(Policy::spellsOutASecret),
                                    ofKind(objects, "ConfigMap")
                                            .filter(each -> hasSecretKey(each.path("data")))))
                    .map(Manifest::title));

    /// Where secrets are is none.
    private static final Pattern SECRET =
            Pattern.compile(
                    "(?i)(?!.*_(folder|prefix)$).*(password|secret|token|jaas|api_?key|private_?key|credential).*");

    /// Lambdas without state.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<List<JsonNode>, Stream<String>> rule;

    Policy(Function<List<JsonNode>, Stream<String>> rule) {
        this.rule = rule;
    }

    List<String> brokenBy(List<JsonNode> objects) {
        return rule.apply(objects).toList();
    }

    private static Function<List<JsonNode>, Stream<String>> eachPod(Predicate<JsonNode> isBad) {
        return objects ->
                workloads(objects)
                        .filter(workload -> isBad.test(pod(workload)))
                        .map(Manifest::title);
    }

    private static Function<List<JsonNode>, Stream<String>> eachContainer(
            Predicate<JsonNode> isBad) {
        return objects ->
                workloads(objects)
                        .filter(workload -> containers(workload).anyMatch(isBad))
                        .map(Manifest::title);
    }

    private static boolean isMissing(JsonNode object, String at) {
        return object.at(at).isMissingNode();
    }

    private static boolean deniesAll(JsonNode policy) {
        var spec = policy.path("spec");
        return spec.path("podSelector").isEmpty()
                && spec.path("policyTypes").size() == 2
                && spec.path("ingress").isEmpty()
                && spec.path("egress").isEmpty();
    }

    /// Without a number of its own, whoever scales it says how many there are at least.
    private static boolean isReplicated(JsonNode deployment, List<JsonNode> objects) {
        var replicas = deployment.at("/spec/replicas");
        return replicas.isMissingNode()
                ? ofKind(objects, "ScaledObject")
                        .filter(each ->
                                each.at("/spec/scaleTargetRef/name")
                                        .asText()
                                        .equals(Manifest.name(deployment)))
                        .anyMatch(each -> each.at("/spec/minReplicaCount").asInt() > 1)
                : replicas.asInt() > 1;
    }

    private static boolean covers(JsonNode budget, JsonNode deployment) {
        return namespace(budget).equals(namespace(deployment))
                && Manifest.selects(
                        budget.at("/spec/selector/matchLabels"),
                        deployment.at("/spec/template/metadata/labels"));
    }

    private static boolean spellsOutASecret(JsonNode workload) {
        return containers(workload)
                .flatMap(container -> container.path("env").valueStream())
                .anyMatch(each ->
                        each.has("value") && SECRET.matcher(each.path("name").asText()).matches());
    }

    private static boolean hasSecretKey(JsonNode data) {
        return data.propertyStream().anyMatch(each -> SECRET.matcher(each.getKey()).matches());
    }
}
