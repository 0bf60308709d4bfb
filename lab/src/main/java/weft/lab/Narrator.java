package weft.lab;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Tells what the demo does: as text while it happens, or as one JSON object at its end. */
final class Narrator {
    private final PrintStream out;
    private final PrintStream errors;
    private final boolean json;
    private final List<Map<String, Object>> told = new ArrayList<>();

    Narrator(PrintStream out, PrintStream errors, boolean json) {
        this.out = out;
        this.errors = errors;
        this.json = json;
    }

    /** Runs the steps until one does not hold; true if all did. */
    boolean tell(List<Step> steps) {
        boolean ok = true;
        for (Step step : steps) {
            ok = tell(step);
            if (!ok) {
                break;
            }
        }
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("ok", ok);
            all.put("steps", told);
            out.println(new JsonMapper().writeValueAsString(all));
        }
        return ok;
    }

    /** A line for people. */
    void say(String line) {
        if (!json) {
            out.println(line);
        }
    }

    private boolean tell(Step step) {
        say(step.shows());
        Map<String, Object> figures = new LinkedHashMap<>();
        long begun = System.nanoTime();
        boolean ok = holds(step, (name, value) -> {
            figures.put(name, value);
            say("    %-28s %s".formatted(name.replace('_', ' '), value));
        });
        say("  %s (%.1f s)".formatted(ok ? "holds" : "DOES NOT HOLD", (System.nanoTime() - begun) / 1e9));
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", step.name());
        line.put("ok", ok);
        line.put("figures", figures);
        told.add(line);
        return ok;
    }

    private boolean holds(Step step, Step.Figures figures) {
        try {
            step.action().run(figures);
            return true;
        } catch (LabException e) {
            errors.println(step.name() + ": " + e.getMessage());
            return false;
        }
    }
}
