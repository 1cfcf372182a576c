// Writes what robfig/cron v3, the library of Kubernetes' CronJob controller, finds around each
// change of the clock from 1985 to 2025: a line for each zone and expression with the number of
// changes, the number of due times within 36 hours of one, and the CRC-32 of their epoch seconds
// (64 bits each, big-endian).
//
//	go mod init reference && go get github.com/robfig/cron/v3 && go run . > clock-changes.csv
package main

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

var zones = []string{
	"Africa/Cairo", "Africa/Casablanca", "America/Asuncion", "America/Havana", "America/New_York",
	"America/Santiago", "America/Sao_Paulo", "Antarctica/Troll", "Asia/Beirut",
	"Asia/Kolkata", "Asia/Pyongyang", "Asia/Tehran", "Australia/Lord_Howe", "Australia/Sydney",
	"Europe/Berlin", "Europe/Dublin", "Europe/Lisbon", "Pacific/Auckland",
}

var expressions = []string{
	"*/15 * * * *", "0 * * * *", "30 * * * *", "59 * * * *", "0 0 * * *", "30 0 * * *",
	"15 1 * * *", "0 1 * * *", "30 1 * * *", "0 2 * * *", "15 2 * * *", "45 2 * * *", "0 3 * * *",
	"30 23 * * *", "0 0 * * 0", "*/20 0-3 * * SUN", "0 0 1 * *", "5 0,23 1-7,25-31 * 0,6", "0 12 * * *",
}

const around = 36 * 3600

func main() {
	from := time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	to := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		changes := changes(from, to, zone)
		for _, expression := range expressions {
			schedule, err := cron.ParseStandard(expression)
			if err != nil {
				panic(err)
			}
			count, crc := 0, crc32.NewIEEE()
			for _, change := range changes {
				end := time.Unix(change+around, 0)
				for due := schedule.Next(time.Unix(change-around, 0).In(zone)); !due.IsZero() && due.Before(end); due = schedule.Next(due) {
					binary.Write(crc, binary.BigEndian, due.Unix())
					count++
				}
			}
			fmt.Printf("%s;%s;%d;%d;%08x\n", name, expression, len(changes), count, crc.Sum32())
		}
	}
}

func changes(from, to int64, zone *time.Location) []int64 {
	var found []int64
	for at := from; at < to; at += 3600 {
		if offset(at, zone) != offset(at+3600, zone) {
			low, high := at, at+3600
			for low+1 < high {
				if middle := (low + high) / 2; offset(middle, zone) == offset(at, zone) {
					low = middle
				} else {
					high = middle
				}
			}
			found = append(found, high)
		}
	}
	return found
}

func offset(at int64, zone *time.Location) int {
	_, offset := time.Unix(at, 0).In(zone).Zone()
	return offset
}
