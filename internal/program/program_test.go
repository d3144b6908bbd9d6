package program

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRun(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args  []string
		stdin []byte
		want  string
	}{
		"its output":           {self(t, "print", "fake-token\n"), nil, "fake-token\n"},
		"as it is":             {self(t, "copy"), []byte("\xff\xfea\x01"), "\xff\xfea\x01."},
		"arguments":            {self(t, "arguments", "a b", `"`, "", "$HOME", "*", `c\`), nil, `["a b" "\"" "" "$HOME" "*" "c\\"]`},
		"the environment":      {self(t, "variable", "PATH"), nil, os.Getenv("PATH")},
		"input":                {self(t, "copy"), []byte("fake-input"), "fake-input."},
		"no input":             {self(t, "copy"), nil, "."},
		"input that is unread": {self(t, "print", "a"), make([]byte, 1<<20), "a"},
		"it complains":         {self(t, "complain", "0", "a warning"), nil, "hush"},
		"as much as may be":    {self(t, "copy"), []byte(strings.Repeat("a", largestOutput-1)), strings.Repeat("a", largestOutput-1) + "."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Run(t.Context(), tc.args, tc.stdin, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "text.txt")
	if err := os.WriteFile(file, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		args []string
		want Error
		says string
	}{
		"none":                 {nil, Error{Problem: NotFound}, ""},
		"no name":              {[]string{""}, Error{Problem: NotFound}, ""},
		"no such name":         {[]string{"there-is-no-such-program"}, Error{Problem: NotFound}, ""},
		"no such file":         {[]string{filepath.Join(dir, "none")}, Error{Problem: NotFound}, ""},
		"a directory":          {[]string{dir}, Error{Problem: Directory}, ""},
		"it fails":             {self(t, "complain", "3", "first\nlast\n"), Error{Problem: Failed, Status: 3}, "last"},
		"it fails silently":    {self(t, "complain", "3", ""), Error{Problem: Failed, Status: 3}, ""},
		"it prints nothing":    {self(t, "print"), Error{Problem: Silent}, ""},
		"it prints a line":     {self(t, "print", "\r\n"), Error{Problem: Silent}, ""},
		"it prints too much":   {self(t, "flood"), Error{Problem: TooLarge}, ""},
		"it prints a bit more": {self(t, "print", strings.Repeat("a", 1<<16), strings.Repeat("a", 1<<16)), Error{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Run(t.Context(), tc.args, nil, time.Minute)
			if tc.want.Problem == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			e := wantProblem(t, err, tc.want.Problem)
			if e.Status != tc.want.Status || !e.LastLine.Is(tc.says) {
				t.Errorf("the status is %d, the last line %q", e.Status, e.LastLine.Use())
			}
			if strings.Contains(err.Error(), "hush") {
				t.Error(err)
			}
		})
	}
}

// A program that fails has printed something even so, which no message may repeat.
func TestFailureKeepsWhatWasPrinted(t *testing.T) {
	t.Parallel()
	_, err := Run(t.Context(), self(t, "complain", "1", "no"), nil, time.Minute)
	if e := wantProblem(t, err, Failed); e.Printed.Reveal() != "hush" {
		t.Error("it is not kept")
	}
}

func TestTimeLimitEndsProgramAndChild(t *testing.T) {
	t.Parallel()
	s := listen(t)
	began := time.Now()
	_, err := Run(t.Context(), self(t, "hang", s.address), nil, 10*time.Second)
	_ = wantProblem(t, err, Slow)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
	s.wantGone(2)
}

func TestInterruptEndsProgramAndChild(t *testing.T) {
	t.Parallel()
	s := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := Run(ctx, self(t, "hang", s.address), nil, time.Minute)
		done <- err
	}()
	s.accept(2)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	s.wantGone(0)
}

// A child in the background that keeps the output open keeps nobody waiting.
func TestChildThatKeepsTheOutput(t *testing.T) {
	t.Parallel()
	s := listen(t)
	began := time.Now()
	got, err := Run(t.Context(), self(t, "leave", s.address), nil, time.Minute)
	if err != nil || string(got) != "by then" {
		t.Errorf("got %q, %v", got, err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
	s.wantGone(1)
}

func TestEndedContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, self(t, "print", "a"), nil, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestLastLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", longestLine)
	for name, tc := range map[string]struct {
		writes []string
		want   string
	}{
		"nothing":             {nil, ""},
		"a line":              {[]string{"one\n"}, "one"},
		"without its end":     {[]string{"one\ntwo"}, "two"},
		"in parts":            {[]string{"on", "e\nt", "wo", "\n"}, "two"},
		"empty lines behind":  {[]string{"one\r\n\r\n \t\n"}, "one"},
		"brackets behind":     {[]string{"{\n\"error\": 1\n}\n"}, `"error": 1`},
		"other letters":       {[]string{"é\n}"}, "é"},
		"a progress":          {[]string{"10%\r20%\rdone\r"}, "done"},
		"a long line":         {[]string{long, "b\n"}, long},
		"a word behind":       {[]string{"error: no such key\nAborting.\n"}, "error: no such key Aborting."},
		"words alone":         {[]string{"one\ntwo\n"}, "two"},
		"a line after it":     {[]string{long, "b\nc"}, "c"},
		"what is no UTF-8":    {[]string{"\xe9t\xe9\n"}, "\xe9t\xe9"},
		"invisible, and more": {[]string{"one\n\x1b[\n"}, "one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l lastLine
			for _, text := range tc.writes {
				if n, err := l.Write([]byte(text)); n != len(text) || err != nil {
					t.Fatal(n, err)
				}
			}
			if got := l.text(); got != tc.want {
				t.Errorf("got %q", got)
			}
			if cap(l.current) > 2*longestLine {
				t.Errorf("%d bytes are kept", cap(l.current))
			}
		})
	}
}

func TestBatchLine(t *testing.T) {
	t.Parallel()
	const shell = `C:\Windows\System32\cmd.exe`
	for name, tc := range map[string]struct {
		path string
		args []string
		want string // after the options; empty: refused
	}{
		"no arguments":  {`C:\az.cmd`, nil, `""C:\az.cmd""`},
		"az":            {`C:\Program Files (x86)\az.cmd`, []string{"account", "get-access-token", "--query", "a[?b=='c d'].e"}, `""C:\Program Files (x86)\az.cmd" "account" "get-access-token" "--query" "a[?b=='c d'].e""`},
		"empty":         {`a.cmd`, []string{""}, `""a.cmd" """`},
		"metas":         {`a.cmd`, []string{"b&c|d<e>f^g(h)"}, `""a.cmd" "b&c|d<e>f^g(h)""`},
		"backslashes":   {`a.cmd`, []string{`C:\a\`, `\\b\\`}, `""a.cmd" "C:\a\\" "\\b\\\\""`},
		"a quote":       {`a.cmd`, []string{`"&calc`}, ""},
		"a variable":    {`a.cmd`, []string{"%CMDCMDLINE:~-1%&calc"}, ""},
		"later":         {`a.cmd`, []string{"!PATH!"}, ""},
		"a line break":  {`a.cmd`, []string{"a\nb"}, ""},
		"another":       {`a.cmd`, []string{"a\rb"}, ""},
		"NUL":           {`a.cmd`, []string{"a\x00b"}, ""},
		"in the folder": {`C:\100%\a.cmd`, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line, ok := batchLine(shell, tc.path, tc.args)
			want := ""
			if tc.want != "" {
				want = `"` + shell + `" /d /e:on /v:off /s /c ` + tc.want
			}
			if ok != (want != "") || line != want {
				t.Errorf("got %s, %t, want %s", line, ok, want)
			}
		})
	}
}

func TestIsBatch(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		`C:\az.cmd`: true, "a.BAT": true, "a.cmd. .": true, "a.exe": false, "cmd": false, "a.cmd.exe": false, "": false,
	} {
		if got := isBatch(path); got != want {
			t.Errorf("%q: %t", path, got)
		}
	}
}

// server counts programs by their connections.
type server struct {
	t           *testing.T
	listener    net.Listener
	address     string
	connections []net.Conn
}

func listen(t *testing.T) *server {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, listener: listener, address: listener.Addr().String()}
	t.Cleanup(func() { _ = listener.Close() })
	return s
}

// accept waits until so many programs are there.
func (s *server) accept(programs int) {
	s.t.Helper()
	if tcp, ok := s.listener.(*net.TCPListener); ok {
		_ = tcp.SetDeadline(time.Now().Add(time.Minute))
	}
	for range programs {
		connection, err := s.listener.Accept()
		if err != nil {
			s.t.Fatal(err)
		}
		s.connections = append(s.connections, connection)
		s.t.Cleanup(func() { _ = connection.Close() })
	}
}

// wantGone fails unless so many programs more were there, and all of them are gone.
func (s *server) wantGone(more int) {
	s.t.Helper()
	s.accept(more)
	for _, connection := range s.connections {
		_ = connection.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, err := connection.Read(make([]byte, 1))
		if timeout, ok := errors.AsType[net.Error](err); err == nil || ok && timeout.Timeout() {
			s.t.Errorf("a program lives on: %v", err)
		}
	}
}

// wantProblem returns the *Error with the problem.
func wantProblem(t *testing.T, err error, want Problem) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Problem != want {
		t.Fatalf("the error is %v, want problem %d", err, want)
	}
	return e
}

// What is printed does not come out of an error by accident.
func TestErrorDoesNotPrint(t *testing.T) {
	t.Parallel()
	_, err := Run(t.Context(), self(t, "complain", "1", "hush"), nil, time.Minute)
	e := wantProblem(t, err, Failed)
	text, _ := e.MarshalText()
	for _, printed := range []string{err.Error(), string(text)} {
		if strings.Contains(printed, "hush") {
			t.Error(printed)
		}
	}
}
