package io.tranship.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyTest {

    private static final String WORKER = "Deployment worker-service";
    private static final String POD = "/spec/template/spec";
    private static final String CONTAINER = POD + "/containers/0";

    @ParameterizedTest
    @EnumSource
    void everyOverlayKeepsToThePolicy(Overlay overlay) {
        var objects = overlay.objects();
        assertThat(List.of(Policy.values()))
                .flatMap(policy ->
                        policy.brokenBy(objects).stream()
                                .map(each -> policy + ": " + each)
                                .toList())
                .isEmpty();
    }

    /// A fault in the worker's Deployment, or in another object, that exactly one rule must find.
    record Fault(Policy policy, String object, String at, String value) {}

    static Stream<Fault> faults() {
        return Stream.of(
                worker(Policy.IMAGES_HAVE_A_FIXED_TAG, CONTAINER, "{image: 'worker:latest'}"),
                worker(Policy.IMAGES_HAVE_A_FIXED_TAG, CONTAINER, "{image: 'host:5000/worker'}"),
                worker(
                        Policy.REQUESTS_AND_LIMITS_ARE_SET,
                        CONTAINER + "/resources/requests",
                        "{cpu: null}"),
                worker(
                        Policy.MEMORY_IS_PROMISED_IN_FULL,
                        CONTAINER + "/resources/limits",
                        "{memory: 8Gi}"),
                worker(
                        Policy.NOTHING_IS_PRIVILEGED,
                        CONTAINER + "/securityContext",
                        "{privileged: true}"),
                worker(Policy.NOTHING_OF_THE_HOST_IS_USED, POD, "{hostNetwork: true}"),
                worker(
                        Policy.NOTHING_OF_THE_HOST_IS_USED,
                        POD,
                        "{volumes: [{name: tmp, hostPath: {path: /}}]}"),
                worker(
                        Policy.NO_PRIVILEGE_IS_GAINED,
                        CONTAINER + "/securityContext",
                        "{allowPrivilegeEscalation: null}"),
                worker(
                        Policy.ALL_CAPABILITIES_ARE_DROPPED,
                        CONTAINER + "/securityContext",
                        "{capabilities: {drop: [ALL], add: [NET_ADMIN]}}"),
                worker(
                        Policy.THE_ROOT_IS_READ_ONLY,
                        CONTAINER + "/securityContext",
                        "{readOnlyRootFilesystem: null}"),
                worker(Policy.NOBODY_RUNS_AS_ROOT, POD + "/securityContext", "{runAsUser: 0}"),
                worker(
                        Policy.SYSTEM_CALLS_ARE_FILTERED,
                        POD + "/securityContext",
                        "{seccompProfile: {type: Unconfined}}"),
                worker(Policy.NO_TOKEN_IS_MOUNTED, POD, "{automountServiceAccountToken: null}"),
                new Fault(
                        Policy.NO_TOKEN_IS_MOUNTED,
                        "ServiceAccount status-service",
                        "",
                        "{automountServiceAccountToken: true}"),
                new Fault(Policy.RIGHTS_ARE_NAMED, "Role launcher", "/rules/0", "{verbs: ['*']}"),
                new Fault(
                        Policy.NAMESPACES_ARE_RESTRICTED,
                        "Namespace tranship-runners",
                        "/metadata/labels",
                        "{pod-security.kubernetes.io/enforce: baseline}"),
                new Fault(
                        Policy.TRAFFIC_IS_DENIED_BY_DEFAULT,
                        "NetworkPolicy default-deny",
                        "/spec",
                        "{egress: [{}]}"),
                new Fault(
                        Policy.DISRUPTION_IS_BOUNDED,
                        "PodDisruptionBudget worker-service",
                        "/spec/selector/matchLabels",
                        "{app.kubernetes.io/name: other}"),
                worker(Policy.REPLICAS_ARE_SPREAD, POD, "{topologySpreadConstraints: []}"),
                worker(Policy.SERVERS_ARE_PROBED, CONTAINER, "{startupProbe: null}"),
                worker(Policy.THERE_IS_TIME_TO_END, POD, "{terminationGracePeriodSeconds: 300}"),
                worker(
                        Policy.NO_SECRET_IS_WRITTEN_DOWN,
                        CONTAINER,
                        "{env: [{name: TRANSHIP_DB_PASSWORD, value: x}, {name: TRANSHIP_GRACE, value: 5m}]}"));
    }

    private static Fault worker(Policy policy, String at, String value) {
        return new Fault(policy, WORKER, at, value);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aPlantedFaultIsFoundByItsRuleAlone(Fault fault) {
        var objects = Overlay.PRODUCTION.objects();
        var object =
                objects.stream()
                        .filter(each -> Manifest.title(each).equals(fault.object()))
                        .findFirst()
                        .orElseThrow();
        plant((ObjectNode) object.at(fault.at()), fault.value());
        assertThat(List.of(Policy.values()))
                .filteredOn(policy -> !policy.brokenBy(objects).isEmpty())
                .containsExactly(fault.policy());
    }

    @Test
    void aSecretWithItsValueIsFound() {
        var objects = Overlay.EXISTING.objects();
        objects.add(Overlay.parse("{kind: Secret, metadata: {name: planted}}").getFirst());
        assertThat(Policy.NO_SECRET_IS_WRITTEN_DOWN.brokenBy(objects))
                .containsExactly("Secret planted");
    }

    @Test
    void everyRuleHasAFaultThatItFinds() {
        assertThat(faults().map(Fault::policy)).contains(Policy.values());
    }

    /// Sets each field of `value`; a null takes it away.
    private static void plant(ObjectNode object, String value) {
        Overlay.parse(value)
                .getFirst()
                .propertyStream()
                .forEach(field -> {
                    if (field.getValue().isNull()) {
                        object.remove(field.getKey());
                    } else {
                        object.set(field.getKey(), field.getValue());
                    }
                });
    }
}
