//go:build !unix

package clitest

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

func ownGroup(*exec.Cmd) {}

func interrupt(process *os.Process) error { return process.Kill() }

func killGroup(leader *os.Process) error {
	err := leader.Kill()
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// signalGroup kills the CLI: there is no group, and there are no other signals.
func signalGroup(leader *os.Process, _ syscall.Signal) error { return killGroup(leader) }

func groupMembers(int) []string { return nil }
