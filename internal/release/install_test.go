package release_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/release"
)

// What .ci/release-candidate has built, for TestAccInstall.
const (
	distEnv    = "APITOKEN_TEST_DIST"
	versionEnv = "APITOKEN_TEST_DIST_VERSION"
	keyEnv     = "APITOKEN_TEST_DIST_KEY" // a file with the public key, in ASCII armor
)

// TestAccInstall has each CLI install a built release, from a registry and from a mirror, and
// plans with it. It needs what .ci/release-candidate builds.
func TestAccInstall(t *testing.T) {
	dist := os.Getenv(distEnv)
	if dist == "" {
		t.Skip(distEnv + " names no release")
	}
	version := os.Getenv(versionEnv)
	key := string(clitest.Must(os.ReadFile(os.Getenv(keyEnv)))(t)) //nolint:gosec // the path is its own
	root := clitest.Must(clitest.Root())(t)
	for _, cli := range clitest.Must(clitest.FindCLIs(t.Context(), root, t.Logf))(t) {
		t.Run(cli.String(), func(t *testing.T) {
			lab := clitest.NewLab(t, cli, filepath.Join(t.TempDir(), "registry.tfrc"))
			registry := newRegistry(t, dist, version, key)
			clitest.OK(t, os.WriteFile(lab.Config, []byte(registry.config()), 0o600)) //nolint:gosec // the path is its own
			testRegistry(lab, registry)
			testConstraint(lab, version)
			testMirror(lab, dist, version)
		})
	}
}

// testRegistry installs the release as users do: by its exact version, with a signature
// that the CLI checks, and with the checksums of all platforms in the lock file.
func testRegistry(lab *clitest.Lab, r *registry) {
	lab.T.Helper()
	server := newEndpoint(lab.T)
	lab.Configure(server.configuration(r.version))
	if said := lab.Must("init").Stdout; !strings.Contains(said, "signed, key ID ") {
		lab.T.Errorf("the signature was not checked:\n%s", said)
	}
	sums := lab.Read(filepath.Join(r.dist, name+"_"+r.version+"_SHA256SUMS"))
	lock := lab.Read(lab.Path(".terraform.lock.hcl"))
	for _, platform := range release.Platforms() {
		before, _, _ := strings.Cut(sums, "  "+name+"_"+r.version+"_"+platform+".zip\n")
		if sum := before[strings.LastIndex(before, "\n")+1:]; !strings.Contains(lock, `"zh:`+sum+`"`) {
			lab.T.Errorf("the lock file has no checksum of %s", platform)
		}
	}
	server.mustServe(lab, r.version)
}

// testConstraint looks for a version that a constraint allows: a release candidate is none.
func testConstraint(lab *clitest.Lab, version string) {
	lab.T.Helper()
	clitest.OK(lab.T, lab.Forget())
	lab.Configure(newEndpoint(lab.T).configuration("~> 0.1"))
	result := lab.Run("init")
	candidate := strings.Contains(version, "-")
	if candidate == (result.Code == 0) || candidate && !strings.Contains(result.Stderr, "no available releases match") {
		lab.T.Errorf("%s and ~> 0.1: ended with %d:\n%s", version, result.Code, result.Stdout+result.Stderr)
	}
}

// testMirror installs the zip file from a directory, as in networks without a registry.
func testMirror(lab *clitest.Lab, dist, version string) {
	lab.T.Helper()
	mirror, file := lab.T.TempDir(), fmt.Sprintf("%s_%s_%s_%s.zip", name, version, runtime.GOOS, runtime.GOARCH)
	for _, host := range hosts() {
		dir := filepath.Join(mirror, host, "apitoken", "apitoken")
		clitest.OK(lab.T, os.MkdirAll(dir, 0o750))
		clitest.OK(lab.T, clitest.CopyBinary(filepath.Join(dist, file), filepath.Join(dir, file)))
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	clitest.OK(lab.T, os.WriteFile(lab.Config, []byte(config), 0o600))
	clitest.OK(lab.T, lab.Forget())
	server := newEndpoint(lab.T)
	lab.Configure(server.configuration(version))
	lab.Must("init")
	server.mustServe(lab, version)
}

// endpoint is a token endpoint that notes who asks it.
type endpoint struct {
	url   string
	agent atomic.Value
}

func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	e := new(endpoint)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.agent.Store(r.UserAgent())
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"made-up-token","token_type":"Bearer","expires_in":3600}`))
	}))
	t.Cleanup(web.Close)
	e.url = web.URL
	return e
}

func (e *endpoint) configuration(constraint string) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    apitoken = {
      source  = "apitoken/apitoken"
      version = %q
    }
  }
}

provider "apitoken" {
  oauth2 = {
    this = { token_url = %q, client_id = "made-up", client_secret = "made-up-secret" }
  }
}

data "apitoken_oauth2" "this" {}

output "expires_in" {
  value = data.apitoken_oauth2.this.expires_in
}
`, constraint, e.url+"/token")
}

// mustServe plans, and requires that the provider calls itself by the release's version.
func (e *endpoint) mustServe(lab *clitest.Lab, version string) {
	lab.T.Helper()
	if said := lab.Must("plan").Stdout; !strings.Contains(said, "expires_in") {
		lab.T.Errorf("the plan has no output:\n%s", said)
	}
	if got, want := e.agent.Load(), name+"/"+version; got != want {
		lab.T.Errorf("the provider calls itself %v and not %q", got, want)
	}
	if said := lab.Must("version").Stdout; !strings.Contains(said, "/apitoken/apitoken v"+version) {
		lab.T.Errorf("the CLI shows another version:\n%s", said)
	}
}
