//go:build !unix

package clitest

import (
	"errors"
	"os"
	"os/exec"
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

func groupMembers(int) []string { return nil }
