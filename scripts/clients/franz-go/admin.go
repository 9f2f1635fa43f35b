// The duties on topics that franz-go's admin package does.

package main

import (
	"fmt"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

func listed(topic string) (bool, error) {
	ctx, cancel := within(20)
	defer cancel()
	topics, err := admin.ListTopics(ctx)
	return err == nil && topics.Has(topic) && topics[topic].Err == nil, err
}

func create(topic string, count int32, configs map[string]*string) error {
	ctx, cancel := within(20)
	defer cancel()
	if _, err := admin.CreateTopic(ctx, count, -1, configs, topic); err != nil {
		return err
	}
	return until("the topic is listed", func() (bool, error) { return listed(topic) })
}

func created() error {
	topic, retention := topic("topic-created"), "86400000"
	if err := create(topic, 3, map[string]*string{"retention.ms": &retention}); err != nil {
		return err
	}
	all := rows("records", 30, false)
	if err := produce(topic, all); err != nil {
		return err
	}
	return matches(topic, all, kgo.NewOffset().AtStart(), true)
}

// partitionsOf are the created topic's partitions, each with a leader.
func partitionsOf() (int, error) {
	ctx, cancel := within(20)
	defer cancel()
	metadata, err := admin.Metadata(ctx, topic("topic-created"))
	if err != nil {
		return 0, err
	}
	if len(metadata.Brokers) == 0 || metadata.Controller < 0 {
		return 0, fmt.Errorf("brokers are %v, controller is %d", metadata.Brokers, metadata.Controller)
	}
	found := metadata.Topics[topic("topic-created")].Partitions
	for _, partition := range found {
		if partition.Leader < 0 || partition.Err != nil {
			return 0, fmt.Errorf("partition %d: leader %d, %v", partition.Partition, partition.Leader, partition.Err)
		}
	}
	return len(found), nil
}

func described() error {
	count, err := partitionsOf()
	if err == nil && count != 3 {
		return fmt.Errorf("%d partitions are described, created were 3", count)
	}
	return err
}

func retention() (string, error) {
	ctx, cancel := within(20)
	defer cancel()
	found, err := admin.DescribeTopicConfigs(ctx, topic("topic-created"))
	if err != nil {
		return "", err
	}
	resource, err := found.On(topic("topic-created"), nil)
	if err != nil || resource.Err != nil {
		return "", fmt.Errorf("%v, %v", err, resource.Err)
	}
	for _, config := range resource.Configs {
		if config.Key == "retention.ms" {
			return config.MaybeValue(), nil
		}
	}
	return "", fmt.Errorf("retention.ms is not among %d configs", len(resource.Configs))
}

func configs() error {
	if value, err := retention(); err != nil || value != "86400000" {
		return fmt.Errorf("retention.ms is %q, created with 86400000 (%v)", value, err)
	}
	ctx, cancel := within(20)
	defer cancel()
	value := "7200000"
	change := kadm.AlterConfig{Op: kadm.SetConfig, Name: "retention.ms", Value: &value}
	answers, err := admin.AlterTopicConfigs(ctx, []kadm.AlterConfig{change}, topic("topic-created"))
	if err != nil {
		return err
	}
	if answers[0].Err != nil {
		return answers[0].Err
	}
	return until("retention.ms is altered", func() (bool, error) {
		now, err := retention()
		return now == value, err
	})
}

func partitions() error {
	ctx, cancel := within(20)
	defer cancel()
	answers, err := admin.UpdatePartitions(ctx, 5, topic("topic-created"))
	if err != nil {
		return err
	}
	if err := answers.Error(); err != nil {
		return err
	}
	return until("five partitions are described", func() (bool, error) {
		count, err := partitionsOf()
		return count == 5, err
	})
}

func deleteRecords() error {
	all, topic := rows("records", 20, true), topic("delete-records")
	if err := produce(topic, all); err != nil {
		return err
	}
	ctx, cancel := within(20)
	defer cancel()
	offsets := kadm.Offsets{}
	offsets.AddOffset(topic, 0, 8, -1)
	answers, err := admin.DeleteRecords(ctx, offsets)
	if err != nil {
		return err
	}
	if answer, _ := answers.Lookup(topic, 0); answer.Err != nil || answer.LowWatermark != 8 {
		return fmt.Errorf("the log starts at %d after deleting below 8 (%v)", answer.LowWatermark, answer.Err)
	}
	return matches(topic, all[8:], kgo.NewOffset().AtStart(), true)
}

func deleteTopic() error {
	ctx, cancel := within(20)
	defer cancel()
	if _, err := admin.DeleteTopic(ctx, topic("topic-created")); err != nil {
		return err
	}
	return until("the topic is no longer listed", func() (bool, error) {
		there, err := listed(topic("topic-created"))
		return !there && err == nil, err
	})
}

func bulk() error {
	if err := create(topic("bulk"), 3, nil); err != nil {
		return err
	}
	return roundTrip("bulk", "records", 1<<30, false)
}
