package weft.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import weft.wireguard.Aead;

/**
 * A Java agent that puts a {@link RecordingAead} beneath {@code Crypto}, in a process of the program as it is: what
 * {@code Crypto.aead()} returns is wrapped before it returns.
 */
public final class NonceAgent {
    private static final String CRYPTO = "weft/wireguard/Crypto";
    private static final ClassDesc AEAD = Aead.class.describeConstable().orElseThrow();

    @SuppressWarnings("NullAway.Init") // set before the first class of the program is loaded
    private static NonceLog log;

    private NonceAgent() {}

    /** Makes its jar, which needs no class: they are all on the program's class path. */
    static void jar(Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), NonceAgent.class.getName());
        try (OutputStream out = Files.newOutputStream(file)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    /** @param directory gets a file of this process's own */
    public static void premain(String directory, Instrumentation instrumentation) throws IOException {
        log = NonceLog.create(
                Path.of(directory, NonceLog.PREFIX + ProcessHandle.current().pid()));
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte @Nullable [] transform(
                    @Nullable ClassLoader loader,
                    String name,
                    @Nullable Class<?> redefined,
                    @Nullable ProtectionDomain domain,
                    byte[] bytes) {
                return name.equals(CRYPTO) ? wrapped(bytes) : null;
            }
        });
    }

    private static byte[] wrapped(byte[] crypto) {
        ClassFile format = ClassFile.of();
        CodeTransform wrap = (code, element) -> {
            if (element instanceof ReturnInstruction) {
                code.invokestatic(
                        NonceAgent.class.describeConstable().orElseThrow(), "over", MethodTypeDesc.of(AEAD, AEAD));
            }
            code.with(element);
        };
        return format.transformClass(
                format.parse(crypto),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString("aead"), wrap));
    }

    /** Called by {@code Crypto.aead()}. */
    public static Aead over(Aead aead) {
        return new RecordingAead(aead, log);
    }
}
