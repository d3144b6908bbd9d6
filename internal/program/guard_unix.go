//go:build unix

package program

import (
	"io"
	"os/exec"
	"strconv"
	"syscall"
)

// guard is a shell that ends a program, with the processes that it has started, when this
// process ends, even if that is killed. It reads from a pipe that only this process has, and
// that is closed then. The zero guard does nothing.
type guard struct {
	shell *exec.Cmd
	pipe  io.WriteCloser
}

// watch is what the shell does. A line means that the program has ended.
const watch = `read -r line || kill -s KILL -- "-$1"`

// guarded starts the guard of a group. Where there is no shell, the program goes without.
func (g group) guarded() guard {
	shell := exec.Command("/bin/sh", "-c", watch, "sh", strconv.Itoa(int(g))) //nolint:noctx,gosec // dismiss ends it; the number is a process's
	shell.Dir, shell.Env = "/", []string{}
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // an interrupt on the terminal is not for it
	pipe, err := shell.StdinPipe()
	if err != nil || shell.Start() != nil {
		return guard{}
	}
	return guard{shell, pipe}
}

// dismiss ends the guard, and nothing else.
func (g guard) dismiss() {
	if g.shell == nil {
		return
	}
	_, _ = io.WriteString(g.pipe, "\n")
	_ = g.pipe.Close()
	_ = g.shell.Wait()
}
