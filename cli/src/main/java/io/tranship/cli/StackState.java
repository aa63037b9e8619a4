package io.tranship.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tranship.servers.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What runs in a home, written down so that other terminals find it.
///
/// @param owner the `tranship` that started it and stops it
/// @param children by name
record StackState(
        ProcessIdentity owner,
        boolean isReady,
        PortPlan ports,
        Map<String, ProcessIdentity> children) {

    StackState {
        children = Map.copyOf(children);
    }

    /// Empty when nothing is written down, or not by us.
    static Optional<StackState> read(Home home) {
        try {
            return Optional.of(of(Json.MAPPER.readTree(Files.readString(home.state()))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (JsonProcessingException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw CliException.failed("%s cannot be read: %s".formatted(home.state(), e));
        }
    }

    /// The stack that answers, if one does.
    static Optional<StackState> running(Home home) {
        return read(home).filter(StackState::isReady).filter(s -> s.owner().find().isPresent());
    }

    void write(Home home) {
        var json = identity(owner);
        json.put("ready", isReady);
        json.put("port_base", ports.base());
        var list = json.putObject("children");
        children.forEach((name, child) -> list.set(name, identity(child)));
        var draft = home.folder().resolve("stack.json.draft");
        try {
            Files.writeString(draft, json.toPrettyString());
            Files.move(draft, home.state(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw CliException.failed("%s cannot be written: %s".formatted(home.state(), e));
        }
    }

    static void forget(Home home) {
        try {
            Files.deleteIfExists(home.state());
        } catch (IOException e) {
            throw CliException.failed("%s cannot be removed: %s".formatted(home.state(), e));
        }
    }

    private static StackState of(JsonNode json) {
        var children = new LinkedHashMap<String, ProcessIdentity>();
        json.path("children")
                .properties()
                .forEach(child -> children.put(child.getKey(), identity(child.getValue())));
        return new StackState(
                identity(json),
                json.path("ready").asBoolean(),
                new PortPlan(json.path("port_base").asInt()),
                children);
    }

    private static ObjectNode identity(ProcessIdentity process) {
        return Json.object()
                .put("pid", process.pid())
                .put("started_at", process.start().toString());
    }

    private static ProcessIdentity identity(JsonNode json) {
        return new ProcessIdentity(
                json.path("pid").asLong(), Instant.parse(json.path("started_at").asText()));
    }
}
