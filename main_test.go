package main

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
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

// A directory for temporary files may be shared by containers, in which processes have the same
// numbers, and by users who make files there.
func TestCheckSocketWithTakenNames(t *testing.T) {
	dir := shortDir(t)
	t.Setenv("TMPDIR", dir)
	taken := filepath.Join(dir, "plugin123"+strconv.Itoa(os.Getpid()))
	err := errors.Join(os.WriteFile(taken, nil, 0o600), checkSocket())
	left, failed := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || failed != nil || !slices.Equal(left, []string{taken}) {
		t.Errorf("%v, %v; left in the directory: %v", err, failed, left)
	}
}

// The plugin library makes names with up to ten digits, whatever the number of this process.
func TestCheckSocketNeedsRoomForTheLongestName(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the longest path of a socket is another one")
	}
	const longest, name = 107, len("/plugin1234567890") // unix(7), without the zero at its end
	parent := shortDir(t)
	for room, isUsable := range map[int]bool{name: true, name - 1: false} {
		dir := filepath.Join(parent, strings.Repeat("d", longest-room-len(parent)-1))
		t.Setenv("TMPDIR", dir)
		if err := errors.Join(os.Mkdir(dir, 0o700), checkSocket()); isUsable != (err == nil) {
			t.Errorf("with room for %d characters: %v", room, err)
		}
	}
}

// shortDir returns a directory for sockets: the path of t.TempDir is too long on some systems.
func shortDir(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("plugins listen on a port")
	}
	dir, err := os.MkdirTemp("/tmp", "") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// A run that was started with nohup goes on after SIGHUP, and its provider must, too.
func TestIgnoredSignalsStayIgnored(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such signals")
	}
	signal.Ignore(syscall.SIGHUP)
	t.Cleanup(func() { signal.Reset(syscall.SIGHUP) })
	outliveCLI()
	if !signal.Ignored(syscall.SIGHUP) {
		t.Error("SIGHUP ends the provider of a run that ignores it")
	}
}

func TestQuietLogs(t *testing.T) {
	for variable, isQuiet := range map[string]bool{
		"TF_LOG=": true, "TF_LOG=off": true, "TF_LOG=OFF": true, "TF_LOG_PATH=/tmp/log": true,
		"TF_LOG=debug": false, "TF_LOG_PROVIDER=trace": false, "TF_LOG_SDK=info": false,
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv("TF_LOG_PROVIDER_APITOKEN", "")
			t.Setenv("TF_LOG_SDK", "")
			name, value, _ := strings.Cut(variable, "=")
			t.Setenv(name, value)
			if err := quietLogs(); err != nil || isQuiet != (os.Getenv("TF_LOG_PROVIDER_APITOKEN") == "off") {
				t.Errorf("TF_LOG_PROVIDER_APITOKEN is %q, %v", os.Getenv("TF_LOG_PROVIDER_APITOKEN"), err)
			}
		})
	}
}
