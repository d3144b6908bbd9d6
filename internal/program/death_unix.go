//go:build unix && !linux

package program

import "syscall"

// dieTogether does nothing: only a guard ends a program when this process is killed.
func dieTogether(*syscall.SysProcAttr) {}
