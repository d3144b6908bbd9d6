//go:build unix

package transport

import "syscall"

// processSlots returns the slots of this process.
func processSlots() slots {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return make(slots, mostSlots)
	}
	return newSlots(limit.Cur)
}
