package clitest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	storedSecret    = "stored & found in the state"
	ephemeralSecret = "ephemeral & found nowhere" //nolint:gosec // made up
)

// workspaces makes a workspace for each CLI there is, with the http provider
// alone: these tests are about the harness.
func workspaces(t *testing.T, main string) []*Workspace {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	binary, err := HTTPProvider(t.Context(), root, dir)
	if err != nil {
		t.Fatal(err)
	}
	config, err := layOut(dir, HTTP(binary))
	if err != nil {
		t.Fatal(err)
	}
	clis, err := allCLIs(t.Context(), root, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	harness := &Harness{Root: root, CLIs: clis, Config: config}
	var list []*Workspace
	for _, cli := range clis {
		list = append(list, harness.MustWorkspace(t, cli, main))
	}
	return list
}

func leakyConfig(url string) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    http = { source = "hashicorp/http" }
  }
}

variable "stored" {
  type      = string
  sensitive = true
}

variable "passing" {
  type      = string
  sensitive = true
  ephemeral = true
}

data "http" "this" {
  url             = %q
  request_headers = { "x-secret" = var.stored }
}

resource "terraform_data" "this" {
  provisioner "local-exec" {
    command     = "exit 0"
    environment = { SECRET = var.passing }
  }
}

output "body" { value = data.http.this.body }
`, url)
}

func TestAccRun(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		if _, err := io.WriteString(w, strconv.FormatBool(r.Header.Get("x-secret") == storedSecret)); err != nil { //nolint:gosec // no browser reads it
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	for _, w := range workspaces(t, leakyConfig(server.URL)) {
		t.Run(string(w.CLI.Product), func(t *testing.T) {
			if !w.CLI.Ephemeral() {
				t.Skip(w.CLI, " has no ephemeral values")
			}
			runAndSearch(t, w)
		})
	}
}

func runAndSearch(t *testing.T, w *Workspace) {
	t.Helper()
	w.Env["TF_VAR_stored"], w.Env["TF_VAR_passing"] = storedSecret, ephemeralSecret
	log := w.Trace()
	w.Must(t, "init")
	plan := w.Must(t, "plan", "-out=saved.plan")
	if !strings.Contains(plan.Stdout, "1 to add") || strings.Contains(plan.Stdout, "\x1b") {
		t.Errorf("plan printed %q", plan.Stdout)
	}
	w.Must(t, "apply", "saved.plan")
	if body := w.Must(t, "output", "-raw", "body").Stdout; body != "true" {
		t.Errorf("the http provider got %q", body)
	}
	if data, err := os.ReadFile(log); err != nil || !strings.Contains(string(data), "[TRACE]") { //nolint:gosec // the path is its own
		t.Errorf("no trace in the log, error %v", err)
	}
	w.MustNotHold(t, Needle{Name: "ephemeral", Value: ephemeralSecret})
	found, err := w.Search(Needle{Name: "stored", Value: storedSecret})
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"terraform.tfstate", "saved.plan: "} {
		if !strings.Contains(fmt.Sprint(found), place) {
			t.Errorf("nothing found in %s, only %v", place, found)
		}
	}
	w.Must(t, "destroy", "-auto-approve")
}

func TestAccFailureIsARunError(t *testing.T) {
	for _, w := range workspaces(t, `resource "terraform_data" "this" { nonsense = 1 }`) {
		t.Run(string(w.CLI.Product), func(t *testing.T) {
			w.Must(t, "init")
			result, err := w.Run(t.Context(), "plan")
			if err != nil {
				t.Fatal(err)
			}
			if result.Code != 1 || !strings.Contains(result.Stderr, "nonsense") {
				t.Errorf("got %+v", result)
			}
		})
	}
}

func TestAccInterrupt(t *testing.T) {
	for _, product := range []Product{Terraform, OpenTofu} {
		t.Run(string(product), func(t *testing.T) {
			asked, release := make(chan struct{}), make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				close(asked)
				<-release
			}))
			t.Cleanup(server.Close)
			for _, w := range workspaces(t, strings.ReplaceAll(leakyConfig(server.URL), "ephemeral = true", "")) {
				if w.CLI.Product != product {
					continue
				}
				if !w.CLI.TerraformData() {
					t.Skip(w.CLI, " has no terraform_data")
				}
				interruptWhileAsking(t, w, asked, release)
			}
		})
	}
}

func interruptWhileAsking(t *testing.T, w *Workspace, asked <-chan struct{}, release chan<- struct{}) {
	t.Helper()
	w.Env["TF_VAR_stored"], w.Env["TF_VAR_passing"] = storedSecret, ephemeralSecret
	w.Must(t, "init")
	p, err := w.Start(t.Context(), "plan")
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-asked:
	case <-time.After(30 * time.Second):
		t.Error("the plan asked for nothing")
	}
	if left := p.Survivors(0); len(left) < 2 {
		t.Errorf("the group of a running plan holds %v", left)
	}
	if err = p.Interrupt(); err != nil {
		t.Error(err)
	}
	time.Sleep(100 * time.Millisecond)
	close(release)
	result, err := p.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if result.Code == 0 || !strings.Contains(result.Stdout+result.Stderr, "nterrupt") {
		t.Errorf("got %+v", result)
	}
	if left := p.Survivors(30 * time.Second); len(left) != 0 {
		t.Errorf("survivors %v", left)
	}
}
