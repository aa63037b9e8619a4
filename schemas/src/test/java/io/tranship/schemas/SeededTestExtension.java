package io.tranship.schemas;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/// Runs a [SeededTest] once for each seed.
final class SeededTestExtension implements ParameterResolver, InvocationInterceptor {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == RandomGenerator.class;
    }

    /// For form's sake: each try gets its own generator.
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return new SplittableRandom(0);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext test)
            throws Throwable {
        invocation.skip();
        var method = context.getExecutable();
        method.setAccessible(true);
        var replayed = Long.getLong("seed");
        if (replayed != null) {
            run(method, test.getRequiredTestInstance(), replayed);
            return;
        }
        var seeds = new SplittableRandom();
        var tries = Integer.getInteger("tries", method.getAnnotation(SeededTest.class).tries());
        for (int i = 0; i < tries; i++) {
            run(method, test.getRequiredTestInstance(), seeds.nextLong());
        }
    }

    private static void run(Method method, Object instance, long seed) throws Throwable {
        try {
            method.invoke(instance, new SplittableRandom(seed));
        } catch (InvocationTargetException e) {
            throw new AssertionError(
                    "fails with seed %d; run it again with -Dtest=%s#%s -Dseed=%d%n%s"
                            .formatted(
                                    seed,
                                    method.getDeclaringClass().getSimpleName(),
                                    method.getName(),
                                    seed,
                                    e.getCause()),
                    e.getCause());
        }
    }
}
