package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The printed variables get a token, in the default encoding of the provider. The request is
// printed, too.
func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, writer, 0)
		_ = writer.Close()
	}()
	values := map[string]string{}
	lines := bufio.NewScanner(reader)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "# The APIs") {
		if variable, ok := strings.CutPrefix(lines.Text(), "export "); ok {
			name, value, _ := strings.Cut(variable, "=")
			values[name] = strings.Trim(value, "'")
		}
	}
	requests := make(chan string, 1)
	go func() {
		for lines.Scan() {
			if strings.Contains(lines.Text(), "POST") {
				requests <- lines.Text()
			}
		}
	}()
	if want := 3 * len(sandbox.Services()); len(values) != want {
		t.Errorf("%d variables, want %d", len(values), want)
	}
	if got := ask(t, values); got != http.StatusOK {
		t.Errorf("the token endpoint answers %d", got)
	}
	if line := <-requests; !regexp.MustCompile(`^# [0-9:]{8} POST /oauth/v2/token: 200$`).MatchString(line) {
		t.Errorf("printed of the request: %q", line)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func ask(t *testing.T, values map[string]string) int {
	t.Helper()
	body := strings.NewReader("grant_type=client_credentials")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, values["OAUTH2_TOKEN_URL"], body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(values["OAUTH2_CLIENT_ID"]), url.QueryEscape(values["OAUTH2_CLIENT_SECRET"]))
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	return resp.StatusCode
}

// A shell that reads the output has the secret of each service.
func TestInstructionsAreAScript(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	box := sandbox.New()
	t.Cleanup(box.Close)
	script, want := instructions(box, "http://127.0.0.1:1"), ""
	for _, name := range sandbox.Services() {
		clients := box.Clients(name)
		want += clients[len(clients)-1].Secret + "\n"
		script += `printf '%s\n' "$` + strings.ToUpper(name) + `_CLIENT_SECRET"` + "\n"
	}
	cmd := exec.CommandContext(t.Context(), shell, "-eu") //nolint:gosec // the shell of this machine
	cmd.Stdin = strings.NewReader(script)
	if got, err := cmd.CombinedOutput(); err != nil || string(got) != want {
		t.Errorf("got %q, want %q: %v", got, want, err)
	}
}

func TestQuoted(t *testing.T) {
	if got := quoted("a'b"); got != `'a'\''b'` {
		t.Errorf("got %s", got)
	}
}
