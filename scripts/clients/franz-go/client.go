// What the duties ask of franz-go: producers, consumers by assignment, and waiting. No group is ever named.

package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const dutySeconds = 60

var codecs = map[string]kgo.CompressionCodec{
	"none":   kgo.NoCompression(),
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

func within(seconds int) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Duration(seconds)*time.Second)
}

func client(options ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(bootstrap),
		kgo.AllowAutoTopicCreation(),
		kgo.UnknownTopicRetries(-1),
		kgo.MetadataMinAge(100 * time.Millisecond), // else a topic that is being created costs five seconds
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerLinger(5 * time.Millisecond),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.FetchMaxWait(100 * time.Millisecond),
	}, options...)...)
}

func toRecord(topic string, r row) *kgo.Record {
	record := &kgo.Record{
		Topic: topic, Partition: r.partition, Key: r.key, Value: r.value, Timestamp: time.UnixMilli(r.timestamp),
	}
	for _, h := range r.headers {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: h.name, Value: h.value})
	}
	return record
}

func fromRecord(record *kgo.Record) row {
	r := row{partition: record.Partition, timestamp: record.Timestamp.UnixMilli(), key: record.Key, value: record.Value}
	for _, h := range record.Headers {
		r.headers = append(r.headers, header{h.Key, h.Value})
	}
	return r
}

// produce writes the rows, the first of each partition apart if need be.
func produce(topic string, rows []row, options ...kgo.Opt) error {
	if os.Getenv("CAREFUL") != "yes" {
		return produceAtOnce(topic, rows, options...)
	}
	var heads, others []row
	seen := map[int32]bool{}
	for _, r := range rows {
		if seen[r.partition] {
			others = append(others, r)
			continue
		}
		seen[r.partition] = true
		heads = append(heads, r)
	}
	if err := produceAtOnce(topic, heads, options...); err != nil {
		return err
	}
	return produceAtOnce(topic, others, options...)
}

func produceAtOnce(topic string, rows []row, options ...kgo.Opt) error {
	producer, err := client(options...)
	if err != nil {
		return err
	}
	defer producer.Close()
	ctx, cancel := within(dutySeconds)
	defer cancel()
	var mutex sync.Mutex
	var first error
	for _, r := range rows {
		producer.Produce(ctx, toRecord(topic, r), func(_ *kgo.Record, err error) {
			mutex.Lock()
			defer mutex.Unlock()
			if first == nil {
				first = err
			}
		})
	}
	if err := producer.Flush(ctx); err != nil {
		return err
	}
	mutex.Lock()
	defer mutex.Unlock()
	return first
}

// ends asks for the high watermarks, so that a reader knows when it has all.
func ends(topic string, partitions []int32) (map[int32]int64, error) {
	ctx, cancel := within(20)
	defer cancel()
	listed, err := admin.ListEndOffsets(ctx, topic)
	if err != nil {
		return nil, err
	}
	left := map[int32]int64{}
	for _, partition := range partitions {
		end, ok := listed.Lookup(topic, partition)
		if !ok || end.Err != nil {
			return nil, fmt.Errorf("end of %s-%d: %v", topic, partition, end.Err)
		}
		if end.Offset > 0 {
			left[partition] = end.Offset
		}
	}
	return left, nil
}

// read takes the partitions from `from` to their ends as they were when asked.
func read(topic string, partitions []int32, from kgo.Offset) (map[int32][]row, error) {
	left, err := ends(topic, partitions)
	if err != nil {
		return nil, err
	}
	assigned := map[int32]kgo.Offset{}
	for partition := range left {
		assigned[partition] = from
	}
	consumer, err := client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: assigned}))
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	ctx, cancel := within(dutySeconds)
	defer cancel()
	got := map[int32][]row{}
	for len(left) > 0 {
		fetches := consumer.PollFetches(ctx)
		if errs := fetches.Errors(); len(errs) > 0 {
			return nil, fmt.Errorf("%s-%d: %w, left to read: %v", errs[0].Topic, errs[0].Partition, errs[0].Err, left)
		}
		fetches.EachRecord(func(record *kgo.Record) {
			got[record.Partition] = append(got[record.Partition], fromRecord(record))
			if end, waited := left[record.Partition]; waited && record.Offset+1 >= end {
				delete(left, record.Partition)
			}
		})
	}
	return got, nil
}

// until asks again until a change is there.
func until(what string, condition func() (bool, error)) error {
	deadline := time.Now().Add(15 * time.Second)
	for {
		holds, err := condition()
		if holds {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: not within 15 s (%v)", what, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
