package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// processOf returns the number of the process that runs a binary; 0: the system does not say.
func processOf(binary string) (int, error) {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil || len(links) == 0 {
		return 0, err
	}
	binary, err = filepath.EvalSymlinks(binary)
	if err != nil {
		return 0, err
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && target == binary {
			return strconv.Atoi(filepath.Base(filepath.Dir(link)))
		}
	}
	return 0, errors.New("no process runs the provider")
}

// residentSize returns how much of a process is in memory, in bytes; 0: not known.
func residentSize(process int) int64 { return statusOf(process, "VmRSS") }

// peakSize returns how much of a process was in memory at most, in bytes; 0: not known.
func peakSize(process int) int64 { return statusOf(process, "VmHWM") }

// statusOf returns a size, in bytes, that the system tells of a process; 0: not known.
func statusOf(process int, field string) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "\n"+field+":")
	var kB int64
	_, _ = fmt.Sscan(rest, &kB)
	return kB << 10
}

// processorTime returns the processor time that a process has used; 0: not known.
func processorTime(process int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	if err != nil {
		return 0
	}
	const user, system, tick = 11, 12, 10 * time.Millisecond // after the name, which may have spaces
	fields := strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+1:]))
	if len(fields) <= system {
		return 0
	}
	var used time.Duration
	for _, field := range []string{fields[user], fields[system]} {
		ticks, _ := strconv.Atoi(field)
		used += time.Duration(ticks) * tick
	}
	return used
}

// loadAverage returns how many processes have been running or waiting in the last minute; "":
// not known.
func loadAverage() string {
	averages, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	minute, _, _ := strings.Cut(string(averages), " ")
	return minute
}
