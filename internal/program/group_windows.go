package program

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// command returns a program to start. It has a console of its own that nobody sees, so
// it cannot ask on the user's. Windows has cmd.exe execute a batch file, with rules of its
// own for the command line, so that is made here.
func command(ctx context.Context, path string, args []string) (*exec.Cmd, error) {
	hidden := &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW}
	if !isBatch(path) {
		cmd := exec.CommandContext(ctx, path, args[1:]...) //nolint:gosec // the user's own
		cmd.SysProcAttr = hidden
		return cmd, nil
	}
	directory, err := windows.GetSystemDirectory()
	if err != nil {
		return nil, startError(path, err)
	}
	shell := filepath.Join(directory, "cmd.exe")
	line, ok := batchLine(shell, path, args[1:])
	if !ok {
		return nil, &Error{Problem: Arguments}
	}
	cmd := exec.CommandContext(ctx, shell) //nolint:gosec // that of the system
	hidden.CmdLine = line
	cmd.SysProcAttr = hidden
	return cmd, nil
}

// isNoProgram reports whether the system does not know how to execute a file.
func isNoProgram(err syscall.Errno) bool { return errors.Is(err, windows.ERROR_BAD_EXE_FORMAT) }

// group is a job: a program and the processes that it has started.
type group struct {
	job    windows.Handle
	leader *os.Process
}

// groupOf puts a process into a job, which ends together with this process. A process
// cannot start another one before it has been put there: that takes it much longer. If
// there can be no job, the group is the process alone.
func groupOf(leader *os.Process) group {
	g := group{leader: leader}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return g
	}
	failed := limit(job, windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)
	unreached := leader.WithHandle(func(handle uintptr) {
		failed = errors.Join(failed, windows.AssignProcessToJobObject(job, windows.Handle(handle)))
	})
	if failed != nil || unreached != nil {
		_ = windows.CloseHandle(job)
		return g
	}
	g.job = job
	return g
}

func limit(job windows.Handle, flags uint32) error {
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: flags}}
	_, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))) //nolint:gosec // as the function wants it
	return err
}

// kill ends the processes of the group.
func (g group) kill() {
	if g.job != 0 && windows.TerminateJobObject(g.job, 1) == nil {
		return
	}
	_ = g.leader.Kill()
}

// release ends nothing: what goes on in the background without the program's output may
// go on.
func (g group) release() {
	if g.job != 0 && limit(g.job, 0) == nil {
		_ = windows.CloseHandle(g.job)
	}
}
