package io.tranship.worker.launch;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tranship.servers.ServiceTestResource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The service as it is deployed, over HTTP.
@QuarkusTest
@QuarkusTestResource(ServiceTestResource.class)
class WorkerServiceTest {

    @Test
    void itSaysHowItIs() {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        given().get("/q/health/ready")
                                .then()
                                .statusCode(200)
                                .body("status", equalTo("UP")));
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("tranship_room 4.0"))
                .body(containsString("tranship_running 0.0"));
        given().get("/q/openapi").then().statusCode(200).body(containsString("/runners"));
    }

    @Test
    void itShowsItsRunners() {
        given().get("/runners").then().statusCode(200).body("$", hasSize(0));
    }
}
