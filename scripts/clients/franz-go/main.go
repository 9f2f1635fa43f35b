// Drives franz-go, as shared/duties.py describes: the phase is the argument, the rest is in the environment.

package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const name = "franz-go"

var (
	bootstrap = os.Getenv("BOOTSTRAP")
	work      = os.Getenv("WORK")
	base      int64
	admin     *kadm.Client
	files     = map[string][]row{}
)

func attempt(duty string, do func() error) {
	started := time.Now()
	outcome := "ok"
	if err := do(); err != nil {
		outcome = "fail " + err.Error()
	}
	line := fmt.Sprintf("%s: %s (%.1f s)", duty, outcome, time.Since(started).Seconds())
	fmt.Println(strings.Join(strings.Fields(line), " "))
}

func topic(duty string) string {
	return os.Getenv("PREFIX") + "-" + name + "-" + duty
}

// rows are the first of a file with the wall time that they carry; with `single`, all in partition 0.
func rows(file string, count int, single bool) []row {
	if files[file] == nil {
		loaded, err := load(filepath.Join(os.Getenv("RECORDS"), file+".bin"))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		files[file] = loaded
	}
	taken := append([]row(nil), files[file][:min(count, len(files[file]))]...)
	for i := range taken {
		taken[i].timestamp += base
		if single {
			taken[i].partition = 0
		}
	}
	return taken
}

func written(duty, file string, count int) error {
	out, err := os.OpenFile(filepath.Join(work, name+".topics"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	_, err = fmt.Fprintf(out, "%s %s %d 1\n", topic(duty), file, count)
	return err
}

func matches(topic string, expected []row, from kgo.Offset, timestamps bool) error {
	parts := byPartition(expected)
	var partitions []int32
	for partition := range parts {
		partitions = append(partitions, partition)
	}
	got, err := read(topic, partitions, from)
	if err != nil {
		return err
	}
	return compare(parts, got, timestamps)
}

func roundTrip(duty, file string, count int, single bool, options ...kgo.Opt) error {
	all := rows(file, count, single)
	if err := produce(topic(duty), all, options...); err != nil {
		return err
	}
	if err := written(duty, file, len(all)); err != nil {
		return err
	}
	return matches(topic(duty), all, kgo.NewOffset().AtStart(), true)
}

func own() {
	for _, kind := range []string{"produce", "idempotent"} {
		for _, codec := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
			duty, options := kind+"-"+codec, []kgo.Opt{kgo.ProducerBatchCompression(codecs[codec])}
			if kind == "produce" {
				options = append(options, kgo.DisableIdempotentWrite())
			}
			attempt(duty, func() error { return roundTrip(duty, "records", small, true, options...) })
		}
	}
	attempt("acks-0", func() error { return acks("0", kgo.NoAck()) })
	attempt("acks-1", func() error { return acks("1", kgo.LeaderAck()) })
	attempt("acks-all", func() error { return acks("all", kgo.AllISRAcks()) })
	attempt("consume-beginning", func() error {
		return matches(topic("produce-none"), rows("records", small, true), kgo.NewOffset().AtStart(), true)
	})
	attempt("consume-timestamp", fromTimestamp)
	attempt("consume-end", fromEnd)
	attempt("topic-auto", func() error { return roundTrip("topic-auto", "records", 5, true) })
	attempt("topic-created", created)
	attempt("admin-describe", described)
	attempt("admin-configs", configs)
	attempt("admin-partitions", partitions)
	attempt("admin-delete-records", deleteRecords)
	attempt("admin-delete-topic", deleteTopic)
	attempt("headers-null", func() error { return roundTrip("headers-null", "headers", 1000, true) })
	attempt("bulk", bulk)
}

func acks(label string, wanted kgo.Acks) error {
	all, topic := rows("records", 40, true), topic("acks-"+label)
	if err := produce(topic, all, kgo.RequiredAcks(wanted), kgo.DisableIdempotentWrite()); err != nil {
		return err
	}
	err := until("the records are there", func() (bool, error) {
		left, err := ends(topic, []int32{0})
		return left[0] >= int64(len(all)), err
	})
	if err != nil {
		return err
	}
	return matches(topic, all, kgo.NewOffset().AtStart(), true)
}

func fromTimestamp() error {
	all := rows("records", 120, true)
	if err := produce(topic("consume-timestamp"), all); err != nil {
		return err
	}
	from := kgo.NewOffset().AfterMilli(all[69].timestamp + 1)
	return matches(topic("consume-timestamp"), all[70:], from, true)
}

// fromEnd assigns the end and writes until something arrives: nothing old may come, and nothing be left out.
func fromEnd() error {
	topic := topic("consume-end")
	if err := produce(topic, rows("records", 20, true)); err != nil {
		return err
	}
	consumer, err := client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().AtEnd()}}))
	if err != nil {
		return err
	}
	defer consumer.Close()
	var got []string
	for sent := 0; len(got) < 5 && sent < 200; sent++ {
		next := row{timestamp: time.Now().UnixMilli(), value: []byte(strconv.Itoa(sent))}
		if err := produce(topic, []row{next}); err != nil {
			return err
		}
		ctx, cancel := within(1)
		consumer.PollFetches(ctx).EachRecord(func(record *kgo.Record) { got = append(got, string(record.Value)) })
		cancel()
	}
	if len(got) < 5 {
		return fmt.Errorf("%d records arrived", len(got))
	}
	for i := range got {
		first, err := strconv.Atoi(got[0])
		if err != nil || got[i] != strconv.Itoa(first+i) {
			return fmt.Errorf("values read are %.200q", got)
		}
	}
	return nil
}

// readAll takes every topic that any client wrote, one line a writer.
func readAll() {
	paths, _ := filepath.Glob(filepath.Join(work, "*.topics"))
	sort.Strings(paths)
	for _, path := range paths {
		writer := strings.TrimSuffix(filepath.Base(path), ".topics")
		attempt("read-"+writer, func() error { return readWriter(path) })
	}
}

func readWriter(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		count, err := strconv.Atoi(words[2])
		if err != nil {
			return err
		}
		single := !strings.HasSuffix(words[0], "-bulk") || words[1] == "grouped"
		err = matches(words[0], rows(words[1], count, single), kgo.NewOffset().AtStart(), words[3] == "1")
		if err != nil {
			return fmt.Errorf("%s: %w", words[0], err)
		}
	}
	return nil
}

// crash sends about 250 records a second until told to stop; each acknowledged key is a line of WORK/CLIENT.acked.
func crash() error {
	out, err := os.Create(filepath.Join(work, name+".acked"))
	if err != nil {
		return err
	}
	defer out.Close()
	producer, err := client()
	if err != nil {
		return err
	}
	defer producer.Close()
	ctx, cancel := within(300)
	defer cancel()
	var mutex sync.Mutex
	var failed error
	stopped := func() bool { _, err := os.Stat(filepath.Join(work, "stop")); return err == nil }
	for i := 0; !stopped(); i++ {
		next := row{timestamp: time.Now().UnixMilli(), key: fmt.Appendf(nil, "%08d", i), value: make([]byte, i%200)}
		producer.Produce(ctx, toRecord(topic("crash"), next), func(record *kgo.Record, err error) {
			mutex.Lock()
			defer mutex.Unlock()
			if err != nil {
				failed = err
				fmt.Fprintf(out, "failed %s\n", record.Key)
				return
			}
			fmt.Fprintf(out, "%s\n", record.Key)
		})
		if i == 0 {
			time.Sleep(time.Second)
		}
		time.Sleep(4 * time.Millisecond)
	}
	if err := producer.Flush(ctx); err != nil {
		return err
	}
	mutex.Lock()
	defer mutex.Unlock()
	return failed
}

func main() {
	var err error
	if base, err = strconv.ParseInt(os.Getenv("BASE_MS"), 10, 64); err != nil || len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "started by scripts/clients.sh: see shared/duties.py")
		os.Exit(2)
	}
	asker, err := client()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer asker.Close()
	admin = kadm.NewClient(asker)
	switch os.Args[1] {
	case "own":
		own()
	case "read":
		readAll()
	case "crash":
		attempt("crash", crash)
	}
}
