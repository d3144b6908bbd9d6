//go:build unix

package program

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// parentInterval is how often AwaitParent looks.
const parentInterval = 500 * time.Millisecond

// AwaitParent waits until the process that has started this one, and reads what it prints, has
// ended, however that ends, and reports whether it has. It reports false if nobody can tell.
func AwaitParent() bool {
	for parent := os.Getppid(); os.Getppid() == parent && !isUnread(unix.Stdout); {
		time.Sleep(parentInterval)
	}
	return true
}

// isUnread reports whether a file is a pipe that nobody reads any more. A parent may have ended
// before this process could ask for its number.
func isUnread(file int) bool {
	pipe := []unix.PollFd{{Fd: int32(file)}} //nolint:gosec // it is small
	_, err := unix.Poll(pipe, 0)
	return err == nil && pipe[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}
