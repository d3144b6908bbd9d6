//go:build unix

package clitest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func startShell(ctx context.Context, t *testing.T, script string) *Process {
	t.Helper()
	p := Must(start(ctx, exec.CommandContext(ctx, "sh", "-c", script), filepath.Join(t.TempDir(), "out")))(t) //nolint:gosec // it runs what the tests name
	t.Cleanup(func() {
		if err := p.Kill(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestProcessOutputAndCode(t *testing.T) {
	t.Parallel()
	p := startShell(t.Context(), t, "echo out; echo err >&2; exit 3")
	result := Must(p.Wait())(t)
	if result.Stdout != "out\n" || result.Stderr != "err\n" || result.Code != 3 {
		t.Errorf("got %+v", result)
	}
	var failed *runError
	if !errors.As(result.Err(), &failed) || !strings.Contains(failed.Error(), "err") {
		t.Errorf("got error %v", result.Err())
	}
	if left := p.Survivors(0); len(left) != 0 {
		t.Errorf("survivors %v", left)
	}
}

// What a plugin uses counts, as it is a process that the CLI waits for.
func TestProcessorTimeOfWhatItStarted(t *testing.T) {
	t.Parallel()
	p := startShell(t.Context(), t, "sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'; exit 0")
	result := Must(p.Wait())(t)
	if result.CPU < 5*time.Millisecond {
		t.Errorf("100,000 turns took %s", result.CPU)
	}
	if got := ProcessorTime(nil); got != 0 {
		t.Errorf("no process took %s", got)
	}
}

func TestSurvivorsNamesWhatIsLeft(t *testing.T) {
	t.Parallel()
	p := startShell(t.Context(), t, "sleep 60 & exit 0")
	Must(p.Wait())(t)
	left := p.Survivors(50 * time.Millisecond)
	if len(left) != 1 {
		t.Fatalf("survivors %v", left)
	}
	if _, err := os.Stat("/proc/self/stat"); err == nil && !strings.Contains(left[0], "(sleep)") {
		t.Errorf("survivors %v", left)
	}
	OK(t, p.Kill())
	if left := p.Survivors(30 * time.Second); len(left) != 0 {
		t.Errorf("survivors after Kill: %v", left)
	}
}

func TestInterruptReachesTheLeaderAlone(t *testing.T) {
	t.Parallel()
	// The shell runs its trap when its child has ended. The child would say that
	// it got the signal, or end of it.
	interrupted := filepath.Join(t.TempDir(), "interrupted")
	p := startShell(t.Context(), t, fmt.Sprintf(
		`trap 'exit 7' INT; sh -c 'trap "echo child" INT; echo ready; until [ -e %q ]; do sleep 0.01; done; echo done'`, interrupted))
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if data, err := os.ReadFile(p.stdout.Name()); err == nil && len(data) > 0 {
			break
		}
	}
	OK(t, p.Interrupt())
	OK(t, os.WriteFile(interrupted, nil, 0o600))
	result, err := p.Wait()
	if err != nil || result.Code != 7 {
		t.Fatalf("got %+v, error %v", result, err)
	}
	if left := p.Survivors(30 * time.Second); len(left) != 0 {
		t.Fatalf("survivors %v", left)
	}
	data, err := os.ReadFile(p.stdout.Name())
	if err != nil || string(data) != "ready\ndone\n" {
		t.Errorf("output %q, error %v", data, err)
	}
}

func TestAnEndedContextLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	p := startShell(ctx, t, "sleep 60 & exec sleep 60")
	began := time.Now()
	if _, err := p.Wait(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v", err)
	}
	if took := time.Since(began); took >= grace {
		t.Errorf("took %v", took)
	}
	if left := p.Survivors(30 * time.Second); len(left) != 0 {
		t.Errorf("survivors %v", left)
	}
}
