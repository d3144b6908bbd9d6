package clitest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	storedSecret    = "stored & found in the state"
	ephemeralSecret = "ephemeral & found nowhere" //nolint:gosec // made up
)

// labs makes a lab for each CLI there is, with the http provider alone: these
// tests are about the harness.
func labs(t *testing.T, main string) []*Lab {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	config := Must(Install(filepath.Join(t.TempDir(), "mirror"), false, MustHTTP(t)))(t)
	clis := Must(FindCLIs(t.Context(), Must(Root())(t), t.Logf))(t)
	var list []*Lab
	for _, cli := range clis {
		l := NewLab(t, cli, config)
		l.Configure(main)
		list = append(list, l)
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
	for _, l := range labs(t, leakyConfig(server.URL)) {
		t.Run(string(l.CLI.Product), func(t *testing.T) {
			if !l.CLI.Ephemeral() {
				t.Skip(l.CLI, " has no ephemeral values")
			}
			runAndSearch(l.Within(t))
		})
	}
}

func runAndSearch(l *Lab) {
	l.T.Helper()
	l.Env["TF_VAR_stored"], l.Env["TF_VAR_passing"] = storedSecret, ephemeralSecret
	log := l.Trace()
	l.Must("init")
	plan := l.Must("plan", "-out=saved.plan")
	if !strings.Contains(plan.Stdout, "1 to add") || strings.Contains(plan.Stdout, "\x1b") {
		l.T.Errorf("plan printed %q", plan.Stdout)
	}
	l.Must("apply", "saved.plan")
	if body := l.Must("output", "-raw", "body").Stdout; body != "true" {
		l.T.Errorf("the http provider got %q", body)
	}
	if !strings.Contains(l.Read(log), "[TRACE]") {
		l.T.Error("no trace in the log")
	}
	l.MustNotHold(Needle{Name: "ephemeral", Value: ephemeralSecret})
	found := l.Search(Needle{Name: "stored", Value: storedSecret})
	for _, place := range []string{"terraform.tfstate", "saved.plan: "} {
		if !strings.Contains(fmt.Sprint(found), place) {
			l.T.Errorf("nothing found in %s, only %v", place, found)
		}
	}
	l.Must("destroy", "-auto-approve")
}

// What init left in another workspace does for a plan, and goes without a trace.
func TestAccAdopt(t *testing.T) {
	const main = "terraform {\n  required_providers {\n    http = { source = \"hashicorp/http\" }\n  }\n}\nprovider \"http\" {}\n"
	firsts, others := labs(t, main), labs(t, main)
	for i, first := range firsts {
		t.Run(string(first.CLI.Product), func(t *testing.T) {
			l := others[i].Within(t)
			l.Config = first.Config
			if l.Run("plan").Code == 0 {
				t.Fatal("no init is needed")
			}
			first.Must("init")
			OK(t, l.Adopt(first.Workspace))
			l.Must("plan")
			OK(t, l.Forget())
			if l.Run("plan").Code == 0 {
				t.Error("something of init is left")
			}
		})
	}
}

func TestAccFailureIsARunError(t *testing.T) {
	for _, l := range labs(t, `resource "terraform_data" "this" { nonsense = 1 }`) {
		t.Run(string(l.CLI.Product), func(t *testing.T) {
			part := l.Within(t)
			part.Must("init")
			result := part.Run("plan")
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
			for _, l := range labs(t, strings.ReplaceAll(leakyConfig(server.URL), "ephemeral = true", "")) {
				if l.CLI.Product != product {
					continue
				}
				if !l.CLI.TerraformData() {
					t.Skip(l.CLI, " has no terraform_data")
				}
				interruptWhileAsking(l.Within(t), asked, release)
			}
		})
	}
}

func interruptWhileAsking(l *Lab, asked <-chan struct{}, release chan<- struct{}) {
	l.T.Helper()
	l.Env["TF_VAR_stored"], l.Env["TF_VAR_passing"] = storedSecret, ephemeralSecret
	l.Must("init")
	p := Must(l.Start(l.T.Context(), "plan"))(l.T)
	select {
	case <-asked:
	case <-time.After(30 * time.Second):
		l.T.Error("the plan asked for nothing")
	}
	if left := p.Survivors(0); len(left) < 2 {
		l.T.Errorf("the group of a running plan holds %v", left)
	}
	if err := p.Interrupt(); err != nil {
		l.T.Error(err)
	}
	time.Sleep(100 * time.Millisecond)
	close(release)
	result := Must(p.Wait())(l.T)
	if result.Code == 0 || !strings.Contains(result.Stdout+result.Stderr, "nterrupt") {
		l.T.Errorf("got %+v", result)
	}
	if left := p.Survivors(30 * time.Second); len(left) != 0 {
		l.T.Errorf("survivors %v", left)
	}
}
