package clitest

import "context"

// TB is what the helpers below need of *testing.T and *testing.B.
type TB interface {
	Helper()
	Context() context.Context
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// MustWorkspace makes a workspace with main.tf that the end of the test removes.
func (h *Harness) MustWorkspace(t TB, cli CLI, main string) *Workspace {
	t.Helper()
	w, err := h.NewWorkspace(cli)
	if err != nil {
		t.Fatalf("workspace: %v", err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("removing the workspace: %v", err)
		}
	})
	if err := w.Write("main.tf", main); err != nil {
		t.Fatalf("workspace: %v", err)
	}
	return w
}

// Must runs the CLI and ends the test where it fails.
func (w *Workspace) Must(t TB, args ...string) Result {
	t.Helper()
	result, err := w.Do(t.Context(), args...)
	if err != nil {
		t.Fatalf("%s: %v", w.CLI, err)
	}
	return result
}

// MustNotHold ends the test where a needle stands in anything the runs wrote.
func (w *Workspace) MustNotHold(t TB, needles ...Needle) {
	t.Helper()
	findings, err := w.Search(needles...)
	if err != nil {
		t.Fatalf("search: %v", err)
	}
	for _, finding := range findings {
		t.Errorf("%s: found %s", w.CLI, finding)
	}
}
