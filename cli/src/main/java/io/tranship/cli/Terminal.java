package io.tranship.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Where the user reads: lines, and on a real terminal a few that are drawn again and again.
///
/// @param isLive a terminal that moves its cursor when told
/// @param columns its width
record Terminal(
        PrintStream out,
        PrintStream err,
        boolean isLive,
        boolean isColoured,
        boolean isUnicode,
        int columns) {

    private static final int COLUMNS = 80;
    private static final int COLUMNS_MIN = 40;
    private static final String ESCAPE = "\u001b[";

    /// @param properties the script says whether a terminal reads, and how wide it is
    static Terminal of(Map<String, String> environment, Map<Object, Object> properties) {
        var isTerminal =
                properties.getOrDefault("tranship.terminal", "").equals("true")
                        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        var locale =
                environment.getOrDefault(
                        "LC_ALL",
                        environment.getOrDefault("LC_CTYPE", environment.getOrDefault("LANG", "")));
        var isUnicode = locale.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8");
        return new Terminal(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                isTerminal,
                isTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty(),
                isUnicode,
                columns(String.valueOf(properties.getOrDefault("tranship.columns", ""))));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static int columns(String told) {
        return told.matches("[0-9]{1,4}") && !told.equals("0")
                ? Math.max(COLUMNS_MIN, Integer.parseInt(told))
                : COLUMNS;
    }

    void say(String line) {
        out.println(line);
    }

    /// What the user types, up to the end of the line; empty when nobody is there to type.
    String ask(String question) {
        err.print(question);
        err.flush();
        try {
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return Objects.requireNonNullElse(in.readLine(), "").strip();
        } catch (IOException _) {
            return "";
        }
    }

    void complain(String line) {
        err.println(line);
    }

    /// Draws `lines` over the `drawn` lines that were drawn before.
    void redraw(int drawn, List<String> lines) {
        var text = new StringBuilder();
        if (drawn > 0) {
            text.append(ESCAPE).append(drawn).append('A');
        }
        text.append('\r').append(ESCAPE).append('J');
        lines.forEach(line -> text.append(line).append('\n'));
        out.print(text);
        out.flush();
    }

    /// A line that wraps would be counted as one and drawn over wrongly.
    String clipped(String text) {
        return isLive && text.length() >= columns ? text.substring(0, columns - 1) : text;
    }

    String good(String text) {
        return coloured(text, "32");
    }

    String bad(String text) {
        return coloured(text, "31");
    }

    String faint(String text) {
        return coloured(text, "2");
    }

    String strong(String text) {
        return coloured(text, "1");
    }

    String ofStatus(String status, String text) {
        return switch (status) {
            case "SUCCESS", "SKIPPED" -> good(text);
            case "PENDING", "CANCELLED" -> faint(text);
            case "RUNNING" -> text;
            default -> bad(text);
        };
    }

    private String coloured(String text, String code) {
        return isColoured ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
    }
}
