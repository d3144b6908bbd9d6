//go:build !unix

package store

import (
	"os"
	"syscall"
)

const errQuota = syscall.Errno(1295) // ERROR_DISK_QUOTA_EXCEEDED of Windows

// foreignTo returns 0: the rights of the directory that the user has chosen hold here, as
// Windows has no modes.
func foreignTo(*os.Root, string) Problem { return 0 }
