package weft.registry;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.api.Problem;

/** Paths, each with its methods; any other method is refused by name rather than as an unknown path. */
final class Routes {
    private final HttpRules rules;

    Routes(HttpRules rules) {
        this.rules = rules;
    }

    Path at(String pattern) {
        Map<Method, Handler> handlers = new LinkedHashMap<>();
        rules.any(pattern, (request, response) -> {
            Handler handler = handlers.get(request.prologue().method());
            if (handler == null) {
                List<String> known =
                        handlers.keySet().stream().map(Method::text).toList();
                throw new Refusal(Problem.BAD_METHOD, "this path knows " + String.join(", ", known) + " only");
            }
            handler.handle(request, response);
        });
        return new Path(handlers);
    }

    static final class Path {
        private final Map<Method, Handler> handlers;

        private Path(Map<Method, Handler> handlers) {
            this.handlers = handlers;
        }

        Path on(Method method, Handler handler) {
            handlers.put(method, handler);
            return this;
        }
    }
}
