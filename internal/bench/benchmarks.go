package main

import (
	"bytes"
	"context"
	"io"
	"os/exec"
)

// runBenchmarks runs the Go benchmarks: of the engine, and of the provider
// beside the floor, without processes and CLIs. It prints what they print.
func runBenchmarks(ctx context.Context, root, benchtime string, out io.Writer) (string, error) {
	var printed bytes.Buffer
	args := []string{"test", "-run", "^$", "-bench", ".", "-benchtime", benchtime, "./internal/token", "./internal/bench/floor"}
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // benchtime is the user's own
	cmd.Dir = root
	cmd.Stdout = io.MultiWriter(out, &printed)
	cmd.Stderr = cmd.Stdout
	err := cmd.Run()
	return printed.String(), err
}
