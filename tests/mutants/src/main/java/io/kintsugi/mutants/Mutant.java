package io.kintsugi.mutants;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The product with a planted bug: its classes loaded anew, those that were edited from memory. */
public final class Mutant {
    private static final String OURS = "io.kintsugi.";
    /** They know nothing of any class that a bug may be in, so all mutants share them, warm. */
    private static final List<String> SHARED =
            List.of("io.kintsugi.proto.", "io.kintsugi.common.", "io.kintsugi.mutants.");

    private final Map<String, byte[]> edited;
    private final ClassLoader loader;

    private Mutant(Map<String, byte[]> edited) {
        this.edited = edited;
        this.loader = new Loader(Mutant.class.getClassLoader());
    }

    /** @throws IllegalArgumentException when an edit doesn't fit the source any more, or what it makes doesn't compile */
    public static Mutant of(PlantedBug bug, Sources sources) {
        List<JavaFileObject> files = new ArrayList<>();
        sources.edited(bug).forEach((type, text) -> files.add(new Source(type, text)));
        return new Mutant(compile(bug, files));
    }

    /**
     * A search in this product: an object of a class that runs one seed and says which law was broken, or null. Only types of the JDK cross the
     * border between the two products.
     *
     * @param type a public class with a public constructor without parameters, which implements {@code LongFunction<String>}
     */
    @SuppressWarnings("unchecked")
    public LongFunction<String> search(String type) {
        try {
            return (LongFunction<String>)
                    loader.loadClass(type).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " can't be made", e);
        }
    }

    private static Map<String, byte[]> compile(PlantedBug bug, List<JavaFileObject> files) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("planted bugs are compiled when they are tried: run on a JDK");
        }
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (Classes classes = new Classes(compiler.getStandardFileManager(said, Locale.ROOT, null))) {
            List<String> options = List.of(
                    "-proc:none", "-nowarn", "-implicit:none", "-classpath", System.getProperty("java.class.path"));
            if (!compiler.getTask(null, classes, said, options, null, files).call()) {
                throw new IllegalArgumentException(bug + " doesn't compile: " + said.getDiagnostics());
            }
            return classes.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ours are loaded here and not by the parent, so that edited classes and those that use them know each other. */
    private final class Loader extends ClassLoader {
        Loader(ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(OURS) || SHARED.stream().anyMatch(name::startsWith)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                byte[] bytes = edited.containsKey(name) ? edited.get(name) : original(name);
                return defineClass(name, bytes, 0, bytes.length);
            }
        }

        private byte[] original(String name) throws ClassNotFoundException {
            try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String type, String text) {
            super(URI.create("string:///" + type.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what is compiled in memory. */
    private static final class Classes extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        Classes(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location where, String type, JavaFileObject.Kind kind, FileObject of) {
            return new SimpleJavaFileObject(URI.create("mem:///" + type.replace('.', '/') + kind.extension), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return written.computeIfAbsent(type, t -> new ByteArrayOutputStream());
                }
            };
        }

        Map<String, byte[]> bytes() {
            Map<String, byte[]> bytes = new HashMap<>();
            written.forEach((type, out) -> bytes.put(type, out.toByteArray()));
            return bytes;
        }
    }
}
