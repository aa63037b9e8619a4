package io.tranship.schemas;

/// Text from outside, made fit for a message: short, one line, nothing invisible.
final class Shown {

    private static final int CHARS_MAX = 80;

    private Shown() {}

    static String of(String text) {
        var line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
        return line.length() <= CHARS_MAX ? line : line.substring(0, CHARS_MAX) + "…";
    }
}
