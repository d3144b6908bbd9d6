//go:build unix

package store

import (
	"os"
	"syscall"
)

const errQuota = syscall.EDQUOT

// foreignTo returns what is wrong with the owner and the mode of a file or a directory that
// only its owner may use; 0: nothing.
func foreignTo(root *os.Root, name string) Problem {
	info, err := root.Stat(name)
	if err != nil {
		return ProblemMode
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return ProblemOwner
	}
	const others = 0o077
	if info.Mode().Perm()&others != 0 {
		return ProblemMode
	}
	return 0
}
