//go:build unix

package program

import (
	"context"
	"os"
	"os/exec"
	"syscall"
)

// command returns a program to start. It has a session of its own: it cannot ask on the
// terminal, and is killed together with the processes that it starts.
func command(ctx context.Context, path string, args []string) (*exec.Cmd, error) {
	cmd := exec.CommandContext(ctx, path, args[1:]...) //nolint:gosec // the user's own
	cmd.Args[0] = args[0]
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	dieTogether(cmd.SysProcAttr)
	return cmd, nil
}

// isNoProgram reports whether the system does not know how to execute a file.
func isNoProgram(err syscall.Errno) bool { return err == syscall.ENOEXEC }

// group is a process group: a program and the processes that it has started.
type group int

// groupOf returns the group of a process that command has made.
func groupOf(leader *os.Process) group { return group(leader.Pid) }

// kill ends the processes of the group. Those of other users live on.
func (g group) kill() { _ = syscall.Kill(-int(g), syscall.SIGKILL) }

// release ends nothing: what goes on in the background without the program's output may
// go on.
func (group) release() {}
