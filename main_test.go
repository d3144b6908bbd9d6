package main

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// hashicorp/terraform#32787: with a directory that is not there, or a path that is too long
// for a socket, no plugin can listen.
func TestCheckSocket(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("plugins listen on a port")
	}
	for dir, isUsable := range map[string]bool{
		"/tmp":                                true,
		filepath.Join(t.TempDir(), "missing"): false,
		filepath.Join(t.TempDir(), strings.Repeat("long", 30)): false,
	} {
		t.Setenv("TMPDIR", dir)
		err := checkSocket()
		if isUsable != (err == nil) || err != nil && (!strings.Contains(err.Error(), "Set TMPDIR") || strings.ContainsAny(err.Error(), "|\n")) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
