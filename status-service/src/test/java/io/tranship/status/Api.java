package io.tranship.status;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.path.json.JsonPath;
import io.tranship.schemas.TransferId;
import java.time.Duration;

/// The service as its users reach it.
final class Api {

    static final Duration WAIT = Duration.ofSeconds(20);

    private Api() {}

    static JsonPath transfer(TransferId id) {
        return given().get("/transfers/" + id).then().statusCode(200).extract().jsonPath();
    }

    static JsonPath awaitStatus(TransferId id, String status) {
        await().atMost(WAIT)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() ->
                        assertThat(given().get("/transfers/" + id).jsonPath().getString("status"))
                                .isEqualTo(status));
        return transfer(id);
    }

    static JsonPath get(String path, Object... parameters) {
        return given().get(path, parameters).then().statusCode(200).extract().jsonPath();
    }
}
