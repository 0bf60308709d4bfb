package weft.cli;

import java.lang.reflect.Proxy;

/**
 * SIGTERM, more than once. A shutdown hook hears of the first one only; {@code sun.misc.Signal} hears of all. That class is in
 * every JDK ({@code jdk.unsupported}) but no part of the platform's API, so it is reached by its name.
 */
final class Signals {
    private Signals() {}

    /** Instead of ending the process, each SIGTERM runs this on a thread of its own. */
    static void onTerm(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            Thread.ofPlatform().name("sigterm").start(task);
                        }
                        return null;
                    });
            Object term = signal.getConstructor(String.class).newInstance("TERM");
            signal.getMethod("handle", signal, handler).invoke(null, term, handling);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a JDK without jdk.unsupported", e);
        }
    }
}
