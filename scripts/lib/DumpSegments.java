// Puts a data directory before Kafka's own DumpLogSegments, all files in one JVM, and counts what it saw.
//
//   java -cp KAFKA_JARS DumpSegments.java text|json DATA [TOPIC-PARTITION=COUNT...]
//
// The tool says what it finds wrong on standard error, or in a line of its output, and exits 0: here either is a
// failure. Each log is read deeply, each index and time index twice (its sanity, then against the log), each
// snapshot and transaction index once; the metadata log with its decoder. At the end the tool's own sight is proved:
// on copies with one byte changed it must complain. Exit 0: nothing wrong and the counts are those expected; 1: not so.

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.tools.DumpLogSegments;

public final class DumpSegments {
    private static final Pattern BATCH = Pattern.compile("baseOffset: (\\d+) lastOffset: (\\d+) count: (\\d+) .*isControl: (\\w+) .*isvalid: (\\w+).*");
    private static final Pattern SEGMENT = Pattern.compile("(\\d{20})\\.log");
    private static final Pattern PARTITION = Pattern.compile(".*-\\d+");
    private static final String RECORD = "| offset: ";
    private static final List<String> WRONG_OUTPUT = List.of("invalid bytes at the end", "Could not ", "Exception");
    private static final PrintStream OUT = System.out;

    /** What one run of the tool said. */
    private static final class Saw {
        long batches;
        long records;
        long controlBatches;
        long counted;
        long control;
        long end = -1;
        final List<String> wrong = new ArrayList<>();

        void line(String line) {
            Matcher batch = BATCH.matcher(line);
            if (batch.matches()) {
                batches++;
                long count = Long.parseLong(batch.group(3));
                boolean isControl = Boolean.parseBoolean(batch.group(4));
                controlBatches += isControl ? 1 : 0;
                counted += count;
                control += isControl ? count : 0;
                end = Long.parseLong(batch.group(2)) + 1;
                if (!batch.group(5).equals("true")) {
                    wrong.add("batch is not valid: " + line);
                }
            } else if (line.startsWith(RECORD)) {
                records++;
            } else if (WRONG_OUTPUT.stream().anyMatch(line::contains) && !line.startsWith("Dumping ")) {
                wrong.add(line);
            }
        }
    }

    /** Cuts a stream into lines as it comes: a deep dump of a large log does not fit anywhere. */
    private static final class Lines extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final Saw saw;

        Lines(Saw saw) {
            this.saw = saw;
        }

        @Override
        public void write(int one) {
            if (one == '\n') {
                saw.line(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(one);
            }
        }

        @Override
        public void write(byte[] data, int from, int length) {
            for (int at = from; at < from + length; at++) {
                write(data[at]);
            }
        }
    }

    private DumpSegments() {}

    private static Saw dump(Path file, String... options) {
        Saw saw = new Saw();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream standardError = System.err;
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--files", file.toString()));
        System.setOut(new PrintStream(new Lines(saw), true));
        System.setErr(new PrintStream(errors, true));
        try {
            DumpLogSegments.main(arguments.toArray(String[]::new));
        } catch (Exception error) {
            saw.wrong.add(error.toString());
        } finally {
            System.out.flush();
            System.setOut(OUT);
            System.setErr(standardError);
        }
        List<String> complaints = errors.toString(StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).toList();
        if (!excused(file, complaints)) {
            saw.wrong.addAll(complaints);
        }
        return saw;
    }

    /** The tool takes -1 for the offset before a segment's first record, so it complains of each that does not begin at 0. */
    private static boolean excused(Path file, List<String> complaints) {
        Matcher base = SEGMENT.matcher(file.getFileName().toString());
        return base.matches() && complaints.size() == 2 && complaints.get(0).startsWith("Non-consecutive offsets in ")
            && complaints.get(1).strip().equals("-1 is followed by " + Long.parseLong(base.group(1)));
    }

    /** Every way in which the tool can look at a file. */
    private static List<Saw> lookAt(Path file) {
        String name = file.getFileName().toString();
        boolean metadata = name.equals("bootstrap.checkpoint")
            || file.getParent().getFileName().toString().equals("__cluster_metadata-0");
        if (name.endsWith(".log")) {
            return List.of(metadata ? dump(file, "--deep-iteration", "--cluster-metadata-decoder") : dump(file, "--deep-iteration"));
        }
        if (name.endsWith(".checkpoint")) {
            return List.of(dump(file, "--cluster-metadata-decoder"));
        }
        if (name.endsWith(".index") || name.endsWith(".timeindex")) {
            return List.of(dump(file, "--index-sanity-check"), dump(file, "--verify-index-only"));
        }
        if (name.endsWith(".snapshot") || name.endsWith(".txnindex")) {
            return List.of(dump(file));
        }
        return List.of();
    }

    private static final class Partition {
        long segments;
        long files;
        long batches;
        long records;
        long control;
        long end = -1;
    }

    private final Map<String, Partition> partitions = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();

    /** Files of partitions, and the bootstrap checkpoint beside them; what is being deleted is nobody's any more. */
    private static boolean belongs(Path data, Path file) {
        return file.getParent().equals(data)
            ? file.endsWith("bootstrap.checkpoint")
            : PARTITION.matcher(file.getParent().getFileName().toString()).matches();
    }

    private void look(Path data) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(data, 2)) {
            files = all.filter(Files::isRegularFile).filter(file -> belongs(data, file)).sorted().toList();
        }
        for (Path file : files) {
            List<Saw> sights = lookAt(file);
            if (sights.isEmpty()) {
                continue;
            }
            String name = data.relativize(file).toString();
            String place = file.getParent().equals(data) ? name : file.getParent().getFileName().toString();
            Partition partition = partitions.computeIfAbsent(place, ignored -> new Partition());
            partition.files++;
            for (Saw saw : sights) {
                saw.wrong.forEach(what -> wrong.add(name + ": " + what));
                if (file.toString().endsWith(".log") || file.toString().endsWith(".checkpoint")) {
                    count(partition, saw, name);
                }
            }
        }
        if (files.stream().noneMatch(file -> file.toString().endsWith(".log"))) {
            wrong.add(data + " holds no log segment");
        }
    }

    private void count(Partition partition, Saw saw, String name) {
        partition.segments++;
        partition.batches += saw.batches;
        partition.records += saw.counted - saw.control;
        partition.control += saw.control;
        partition.end = Math.max(partition.end, saw.end);
        if (saw.records != saw.counted) {
            wrong.add(name + ": batch headers count " + saw.counted + " records, read were " + saw.records);
        }
    }

    private void expect(String[] expected) {
        for (String one : expected) {
            int split = one.lastIndexOf('=');
            Partition partition = partitions.get(one.substring(0, split));
            long count = Long.parseLong(one.substring(split + 1));
            if (partition == null) {
                wrong.add(one.substring(0, split) + " is not there, expected were " + count + " records");
            } else if (partition.records != count) {
                wrong.add(one.substring(0, split) + " holds " + partition.records + " records, expected were " + count);
            }
        }
    }

    /** Changes one byte of a copy, at each of some places in turn; the tool must see each. */
    private void proveSight(Path data) throws IOException {
        Path copy = Files.createTempDirectory("dump-segments");
        try (Stream<Path> all = Files.walk(data, 2)) {
            List<Path> files = all.filter(Files::isRegularFile).filter(file -> belongs(data, file)).sorted().toList();
            // The last byte of the first batch lies under its checksum; the second entry's position is checked with the log.
            prove(files, copy, ".log", 61, bytes -> 12 + ByteBuffer.wrap(bytes).getInt(8) - 1);
            prove(files, copy, ".index", 16, bytes -> 15);
        } finally {
            try (Stream<Path> all = Files.walk(copy)) {
                all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        }
    }

    private interface Place {
        int in(byte[] bytes);
    }

    private void prove(List<Path> files, Path copy, String suffix, int atLeast, Place place) throws IOException {
        for (Path file : files) {
            if (!file.toString().endsWith(suffix) || Files.size(file) < atLeast) {
                continue;
            }
            byte[] bytes = Files.readAllBytes(file);
            int at = place.in(bytes);
            if (at >= bytes.length) {
                continue;
            }
            Path folder = Files.createDirectories(copy.resolve(file.getParent().getFileName()));
            Path log = Path.of(file.toString().replace(suffix, ".log"));
            Files.copy(log, folder.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            bytes[at] ^= 1;
            Path changed = folder.resolve(file.getFileName());
            Files.write(changed, bytes);
            if (lookAt(changed).stream().allMatch(saw -> saw.wrong.isEmpty())) {
                wrong.add("a copy of " + file.getFileName() + " of " + folder.getFileName() + " with byte " + at + " changed was not noticed");
            }
            proved.add(suffix);
            return;
        }
    }

    private final List<String> proved = new ArrayList<>();

    private void tell(String form) {
        if (form.equals("json")) {
            List<String> items = partitions.entrySet().stream().map(entry -> String.format(
                "{\"name\":%s,\"segments\":%d,\"batches\":%d,\"records\":%d,\"control_records\":%d,\"end_offset\":%d,\"files\":%d}",
                quoted(entry.getKey()), entry.getValue().segments, entry.getValue().batches, entry.getValue().records,
                entry.getValue().control, entry.getValue().end, entry.getValue().files)).toList();
            OUT.printf("{\"verdict\":\"%s\",\"partitions\":[%s],\"wrong\":[%s],\"noticed_changes_in\":[%s]}%n",
                wrong.isEmpty() ? "pass" : "fail", String.join(",", items),
                String.join(",", wrong.stream().map(DumpSegments::quoted).toList()),
                String.join(",", proved.stream().map(DumpSegments::quoted).toList()));
            return;
        }
        int width = partitions.keySet().stream().mapToInt(String::length).max().orElse(9);
        OUT.printf("%-" + width + "s  %8s  %8s  %10s  %8s  %10s%n", "partition", "segments", "batches", "records", "control", "end");
        partitions.forEach((name, seen) -> OUT.printf("%-" + width + "s  %8d  %8d  %10d  %8d  %10d%n",
            name, seen.segments, seen.batches, seen.records, seen.control, seen.end));
        wrong.forEach(what -> OUT.println("WRONG " + what));
        OUT.println(wrong.isEmpty() ? "PASS; a changed byte was noticed in a copy of " + String.join(" and ", proved) : "FAIL: " + wrong.size() + " things are wrong");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + '"';
    }

    public static void main(String[] arguments) throws IOException {
        Exit.setExitProcedure((code, message) -> {
            throw new IllegalStateException("the tool wanted to exit with " + code + ": " + message);
        });
        DumpSegments all = new DumpSegments();
        Path data = Path.of(arguments[1]).toRealPath();
        all.look(data);
        all.expect(Arrays.copyOfRange(arguments, 2, arguments.length));
        if (all.wrong.isEmpty()) {
            all.proveSight(data);
        }
        all.tell(arguments[0]);
        OUT.flush();
        Runtime.getRuntime().halt(all.wrong.isEmpty() ? 0 : 1);
    }
}
