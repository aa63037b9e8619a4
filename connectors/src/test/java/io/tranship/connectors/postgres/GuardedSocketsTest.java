package io.tranship.connectors.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tranship.connectors.EndpointCheck;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.Secret;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A catalog's author reaches nothing by the workers' place in the network but databases.
class GuardedSocketsTest {

    @Timeout(5)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "2852039166",
                "::ffff:169.254.169.254",
                "fe80::1",
                "fd00:ec2::254",
                "100.100.100.200",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "ff02::1"
            })
    void anAddressOfTheHostsOwnServicesIsNotConnectedTo(String host) {
        var endpoint =
                new Endpoint.Postgres(
                        host,
                        80,
                        "latest",
                        "public",
                        "u",
                        new Secret.Env("NONE"),
                        SslMode.PREFER,
                        null);

        assertThat(EndpointCheck.source(endpoint, "", List.of(), List.of()))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.field()).isEqualTo("postgres.host");
                    assertThat(finding.error().code())
                            .isEqualTo(ErrorCode.ENDPOINT_FORBIDDEN.code());
                    assertThat(finding.error().message()).contains(host, "no database may be");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.1.2.3", "192.168.0.7", "8.8.8.8", "fd00::7"})
    void privateNetworksAndTheMachineItselfMayHoldDatabases(String address) throws Exception {
        assertThat(GuardedSockets.isAllowed(InetAddress.getByName(address))).isTrue();
    }
}
