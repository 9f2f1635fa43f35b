// The record files and the comparison: what shared/records.py writes, read back by the franz-go driver.

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
)

// small is how many records of a file's front the duties on one codec use.
const small = 200

type header struct {
	name  string
	value []byte // nil is null, which the wire tells apart from empty
}

type row struct {
	partition int32
	timestamp int64
	key       []byte
	value     []byte
	headers   []header
}

func load(path string) ([]row, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	i32 := func() int32 {
		n := int32(binary.BigEndian.Uint32(data))
		data = data[4:]
		return n
	}
	blob := func() []byte {
		length := i32()
		if length < 0 {
			return nil
		}
		taken := data[:length:length]
		data = data[length:]
		return taken
	}
	var rows []row
	for len(data) > 0 {
		r := row{partition: i32(), timestamp: int64(binary.BigEndian.Uint64(data))}
		data = data[8:]
		r.key, r.value = blob(), blob()
		for left := i32(); left > 0; left-- {
			name := string(blob())
			r.headers = append(r.headers, header{name, blob()})
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func byPartition(rows []row) map[int32][]row {
	parts := map[int32][]row{}
	for _, r := range rows {
		parts[r.partition] = append(parts[r.partition], r)
	}
	return parts
}

// compare says where the first difference is: byte for byte, in order, partition by partition.
func compare(expected, got map[int32][]row, timestamps bool) error {
	for partition := int32(0); partition < 100; partition++ {
		wanted, found := expected[partition], got[partition]
		for i := 0; i < min(len(wanted), len(found)); i++ {
			if difference := differs(wanted[i], found[i], timestamps); difference != "" {
				return fmt.Errorf("record %d of partition %d: %s", i, partition, difference)
			}
		}
		if len(wanted) != len(found) {
			return fmt.Errorf("partition %d: %d records read, %d written", partition, len(found), len(wanted))
		}
	}
	return nil
}

func same(one, other []byte) bool {
	return bytes.Equal(one, other) && (one == nil) == (other == nil)
}

// parting says where two byte strings part, of which either may be null.
func parting(written, read []byte) string {
	if written == nil || read == nil {
		return fmt.Sprintf("is %q, written was %.100q; null: %t, %t", read, written, read == nil, written == nil)
	}
	at := 0
	for at < min(len(written), len(read)) && written[at] == read[at] {
		at++
	}
	return fmt.Sprintf("differs from byte %d on, %d bytes read, %d written", at, len(read), len(written))
}

func differs(wanted, found row, timestamps bool) string {
	if !same(wanted.key, found.key) {
		return "key " + parting(wanted.key, found.key)
	}
	if !same(wanted.value, found.value) {
		return "value " + parting(wanted.value, found.value)
	}
	equal := len(wanted.headers) == len(found.headers)
	for i := 0; equal && i < len(wanted.headers); i++ {
		equal = wanted.headers[i].name == found.headers[i].name && same(wanted.headers[i].value, found.headers[i].value)
	}
	if !equal {
		return fmt.Sprintf("headers are %.200q, written were %.200q", found.headers, wanted.headers)
	}
	if timestamps && wanted.timestamp != found.timestamp {
		return fmt.Sprintf("timestamp is %d, written was %d", found.timestamp, wanted.timestamp)
	}
	return ""
}
