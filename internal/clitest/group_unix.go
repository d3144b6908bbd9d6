//go:build unix

package clitest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func interrupt(process *os.Process) error { return process.Signal(os.Interrupt) }

func killGroup(leader *os.Process) error { return signalGroup(leader, syscall.SIGKILL) }

func signalGroup(leader *os.Process, signal syscall.Signal) error {
	err := syscall.Kill(-leader.Pid, signal)
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// groupMembers asks the kernel for the group first, which every system
// answers, and /proc for the names, which Linux alone has.
func groupMembers(group int) []string {
	if errors.Is(syscall.Kill(-group, 0), syscall.ESRCH) {
		return nil
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return []string{fmt.Sprintf("process group %d", group)}
	}
	var members []string
	for _, path := range stats {
		if member, ok := groupMember(path, group); ok {
			members = append(members, member)
		}
	}
	return members
}

// groupMember reads /proc/PID/stat: "PID (NAME) STATE PARENT GROUP …", where
// NAME may hold anything. A zombie has ended and only waits to be collected.
func groupMember(path string, group int) (string, bool) {
	data, err := os.ReadFile(path) //nolint:gosec // the path is its own
	if err != nil {
		return "", false
	}
	end := bytes.LastIndexByte(data, ')')
	if end < 0 {
		return "", false
	}
	fields := strings.Fields(string(data[end+1:]))
	if len(fields) < 3 || fields[0] == "Z" || fields[2] != strconv.Itoa(group) {
		return "", false
	}
	return string(data[:end+1]), true
}
