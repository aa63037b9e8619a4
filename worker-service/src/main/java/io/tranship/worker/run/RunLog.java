package io.tranship.worker.run;

import java.io.PrintStream;

/// Writes a runner's log: fixed keys, and never a message of somebody else, which could quote a row
/// or a secret.
///
/// The launcher passes on only lines that begin with [#MARK].
public final class RunLog {

    public static final String MARK = "event=";

    private final PrintStream out;
    private volatile String keys = "";

    RunLog(PrintStream out) {
        this.out = out;
    }

    void about(Handover handover) {
        keys =
                " transferId=%s epoch=%d run=%s destination=%s"
                        .formatted(
                                handover.order().transferId(),
                                handover.order().epoch(),
                                handover.run(),
                                handover.order().destination().id());
    }

    void event(String event) {
        out.println(MARK + event + keys);
    }

    void model(String event, String model) {
        out.println(MARK + event + keys + " model=" + model);
    }

    /// Types and places only.
    void fault(String event, Throwable fault) {
        var text = new StringBuilder(MARK).append(event).append(keys).append(" fault=");
        var depth = 0;
        for (Throwable t = fault; t != null && depth < 5; t = t.getCause(), depth++) {
            text.append(depth == 0 ? "" : "<-").append(t.getClass().getName());
            var frames = t.getStackTrace();
            if (frames.length > 0) {
                text.append('@').append(frames[0]);
            }
        }
        out.println(text);
    }
}
