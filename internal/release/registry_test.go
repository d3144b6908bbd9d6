package release_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/release"
)

const (
	name = "terraform-provider-apitoken"
	// address is how both registries are asked for the provider.
	address = "/v1/providers/apitoken/apitoken/"
)

// hosts are those of the registries, which the CLIs ask without being told to.
func hosts() []string { return []string{"registry.terraform.io", "registry.opentofu.org"} }

// registry serves one release as the registries of both CLIs do.
type registry struct {
	dist, version, key string
	protocols          []string
	url                string
}

// newRegistry serves a release until the end of the test.
func newRegistry(t *testing.T, dist, version, key string) *registry {
	t.Helper()
	var manifest struct {
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	clitest.OK(t, json.Unmarshal(clitest.Must(os.ReadFile("../../terraform-registry-manifest.json"))(t), &manifest))
	r := &registry{dist: dist, version: version, key: key, protocols: manifest.Metadata.Protocols}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+address+"versions", r.serveVersions)
	mux.HandleFunc("GET "+address+"{version}/download/{system}/{architecture}", r.serveDownload)
	mux.Handle("GET /files/", http.StripPrefix("/files/", http.FileServer(http.Dir(dist))))
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	r.url = web.URL
	return r
}

// config is a CLI configuration with which this registry is the one that the CLI asks.
func (r *registry) config() string {
	var text strings.Builder
	for _, host := range hosts() {
		fmt.Fprintf(&text, "host %q {\n  services = { \"providers.v1\" = \"%s/v1/providers/\" }\n}\n", host, r.url)
	}
	return text.String() + "provider_installation {\n  direct {}\n}\n"
}

func (r *registry) serveVersions(w http.ResponseWriter, _ *http.Request) {
	var platforms []any
	for _, platform := range release.Platforms() {
		system, architecture, _ := strings.Cut(platform, "_")
		platforms = append(platforms, map[string]any{"os": system, "arch": architecture})
	}
	serve(w, map[string]any{"versions": []any{
		map[string]any{"version": r.version, "protocols": r.protocols, "platforms": platforms},
	}})
}

func (r *registry) serveDownload(w http.ResponseWriter, request *http.Request) {
	system, architecture := request.PathValue("system"), request.PathValue("architecture")
	prefix := name + "_" + r.version
	file := prefix + "_" + system + "_" + architecture + ".zip"
	sums, err := os.ReadFile(filepath.Join(r.dist, prefix+"_SHA256SUMS")) //nolint:gosec // the path is its own
	sum, _, found := strings.Cut(string(sums), "  "+file+"\n")
	if err != nil || !found || request.PathValue("version") != r.version {
		http.NotFound(w, request)
		return
	}
	files := r.url + "/files/"
	serve(w, map[string]any{
		"protocols": r.protocols, "os": system, "arch": architecture, "filename": file, "download_url": files + file,
		"shasum": sum[strings.LastIndex(sum, "\n")+1:], "shasums_url": files + prefix + "_SHA256SUMS",
		"shasums_signature_url": files + prefix + "_SHA256SUMS.sig",
		"signing_keys":          map[string]any{"gpg_public_keys": []any{map[string]any{"key_id": "", "ascii_armor": r.key}}},
	})
}

func serve(w http.ResponseWriter, content any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(content); err != nil {
		panic(err)
	}
}
