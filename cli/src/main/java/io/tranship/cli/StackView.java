package io.tranship.cli;

/// Tells the user how the stack comes and goes, one line for each server.
final class StackView {

    private final Terminal terminal;
    private final boolean isJson;

    StackView(Terminal terminal, boolean isJson) {
        this.terminal = terminal;
        this.isJson = isJson;
    }

    synchronized void ready(String name, String address) {
        if (!isJson) {
            terminal.say("  %s %-18s %s".formatted(tick(), name, address));
        }
    }

    void started(PortPlan ports) {
        if (isJson) {
            var json = Json.object().put("console", ports.statusAddress() + "/");
            var addresses = json.putObject("addresses");
            ports.addresses().forEach(addresses::put);
            terminal.say(json.toString());
        } else {
            terminal.say("console and status API: %s/".formatted(ports.statusAddress()));
        }
    }

    void hint(String line) {
        if (!isJson) {
            terminal.say(terminal.faint(line));
        }
    }

    void stopping() {
        if (!isJson) {
            terminal.say("stopping…");
        }
    }

    void stopped() {
        if (!isJson) {
            terminal.say("stopped");
        }
    }

    private String tick() {
        return terminal.good(terminal.isUnicode() ? "✓" : "*");
    }
}
