package release

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const testVersion = "0.1.0-rc.1"

var errNotGo = errors.New("not of Go")

// madeUp is a release in memory. A test changes a part, and make builds the rest on it.
type madeUp struct {
	manifest string
	binaries map[string]string      // by platform, instead of the right one
	entries  map[string]os.FileMode // what a zip for linux_amd64 holds beside its binary
	mode     os.FileMode
	bill     string
	sums     func(string) string
	also     func(fstest.MapFS)
}

func newMadeUp() *madeUp {
	return &madeUp{
		manifest: `{"version":1,"metadata":{"protocol_versions":["6.0"]}}`,
		entries:  map[string]os.FileMode{"LICENSE": 0o644}, mode: 0o755,
		bill: `{"metadata":{"component":{"name":"own","version":"v` + testVersion + `","licenses":[{"license":{"id":"MPL-2.0"}}]},
			"properties":[{"name":"cdx:gomod:binary:name"},{"name":"cdx:gomod:binary:hash:SHA-256","value":"SUM"}]},
			"components":[{"name":"a","version":"v1.0.0","licenses":[{"license":{"id":"MIT"}}]}]}`,
		sums: func(text string) string { return text }, also: func(fstest.MapFS) {},
	}
}

func (m *madeUp) make(t *testing.T) fstest.MapFS {
	t.Helper()
	files, sums, prefix := fstest.MapFS{}, "", program+"_"+testVersion
	add := func(name, content string) { files[name] = &fstest.MapFile{Data: []byte(content)} }
	for _, platform := range Platforms() {
		binary := platform
		if other, ok := m.binaries[platform]; ok {
			binary = other
		}
		archive := m.zip(t, platform, binary)
		add(prefix+"_"+platform+".zip", archive)
		add(prefix+"_"+platform+".cdx.json", strings.Replace(m.bill, "SUM", sumOf([]byte(binary)), 1))
		add(prefix+"_"+platform+".cdx.json.sig", "\x89")
		sums += sumOf([]byte(archive)) + "  " + prefix + "_" + platform + ".zip\n"
	}
	sums += sumOf([]byte(m.manifest)) + "  " + prefix + "_manifest.json\n"
	add(prefix+"_SHA256SUMS", m.sums(sums))
	add(prefix+"_SHA256SUMS.sig", "\x89")
	add("metadata.json", "{}")
	m.also(files)
	return files
}

func (m *madeUp) zip(t *testing.T, platform, binary string) string {
	t.Helper()
	entries := map[string]os.FileMode{"LICENSE": 0o644}
	if platform == "linux_amd64" {
		entries = maps.Clone(m.entries)
	}
	name := program + "_v" + testVersion
	if strings.HasPrefix(platform, "windows_") {
		name += ".exe"
	}
	entries[name] = m.mode
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, entry := range slices.Sorted(maps.Keys(entries)) {
		header := &zip.FileHeader{Name: entry}
		header.SetMode(entries[entry])
		w, err := archive.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(binary)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// infoOf tells of a made-up binary, which is the name of its platform.
func infoOf(binary []byte) (*debug.BuildInfo, error) {
	system, architecture, ok := strings.Cut(string(binary), "_")
	if !ok {
		return nil, errNotGo
	}
	info := &debug.BuildInfo{Deps: []*debug.Module{{Path: "a", Version: "v1.0.0"}}}
	for key, value := range map[string]string{
		"GOOS": system, "GOARCH": architecture, "CGO_ENABLED": "0", "-trimpath": "true", "-tags": "grpcnotrace",
	} {
		info.Settings = append(info.Settings, debug.BuildSetting{Key: key, Value: value})
	}
	return info, nil
}

// faults are changes of a made-up release, and what Check says of each.
type fault struct {
	name   string
	change func(*madeUp)
	says   string
}

const prefix = program + "_" + testVersion

func remove(name string) func(*madeUp) {
	return func(m *madeUp) { m.also = func(files fstest.MapFS) { delete(files, prefix+name) } }
}

func put(name, content string) func(*madeUp) {
	return func(m *madeUp) {
		m.also = func(files fstest.MapFS) { files[name] = &fstest.MapFile{Data: []byte(content)} }
	}
}

func replace(old, other string) func(*madeUp) {
	return func(m *madeUp) { m.bill = strings.Replace(m.bill, old, other, 1) }
}

func sums(change func(string) string) func(*madeUp) { return func(m *madeUp) { m.sums = change } }

// faultsOfLists are those of the list of checksums, the manifest and the names.
func faultsOfLists() []fault {
	return []fault{
		{"right", func(*madeUp) {}, ""},
		{"a platform is missing", remove("_linux_arm64.zip"), "_linux_arm64.zip: cannot be read"},
		{"no checksums", remove("_SHA256SUMS"), "_SHA256SUMS: cannot be read"},
		{"checksums of another name", func(m *madeUp) {
			m.also = func(files fstest.MapFS) {
				files[program+"_v"+testVersion+"_checksums.txt"] = files[prefix+"_SHA256SUMS"]
				delete(files, prefix+"_SHA256SUMS")
			}
		}, "_SHA256SUMS: cannot be read"},
		{"no signature", remove("_SHA256SUMS.sig"), "_SHA256SUMS.sig: cannot be read"},
		{"an ASCII signature", put(prefix+"_SHA256SUMS.sig", "-----BEGIN PGP SIGNATURE-----"), "no binary OpenPGP signature"},
		{"an SBOM without a signature", remove("_linux_386.cdx.json.sig"), "_linux_386.cdx.json.sig: cannot be read"},
		{"the manifest is not listed", sums(func(text string) string { return text[:strings.LastIndex(strings.TrimSpace(text), "\n")+1] }), "does not name " + prefix + "_manifest.json"},
		{"SBOMs are listed", sums(func(text string) string { return text + sumOf(nil) + "  " + prefix + "_linux_386.cdx.json\n" }), "cdx.json, which the registry does not expect"},
		{"a wrong checksum", sums(func(text string) string { return sumOf(nil) + text[64:] }), "has a wrong checksum for " + prefix + "_darwin_amd64.zip"},
		{"one space", sums(func(text string) string { return strings.Replace(text, "  ", " ", 1) }), "has a line that is no checksum"},
		{"protocol 5", func(m *madeUp) { m.manifest = strings.Replace(m.manifest, "6.0", "5.0", 1) }, "_manifest.json: is not version 1 with the protocol 6.0"},
		{"no manifest", func(m *madeUp) { m.manifest = "" }, "_manifest.json: is not version 1"},
		{"a platform too many", put(prefix+"_plan9_386.zip", ""), "_plan9_386.zip: is not named after"},
		{"another version", put(program+"_v"+testVersion+"_linux_386.zip", ""), "is not named after"},
	}
}

// faultsOfContents are those of zip files and SBOMs.
func faultsOfContents() []fault {
	return []fault{
		{"no zip file", put(prefix+"_linux_386.zip", "x"), "_linux_386.zip: is no zip file"},
		{"no licence in the zip", func(m *madeUp) { delete(m.entries, "LICENSE") }, "and not LICENSE and"},
		{"more in the zip", func(m *madeUp) { m.entries["README.md"] = 0o644 }, "README.md"},
		{"it does not run", func(m *madeUp) { m.mode = 0o644 }, "with the mode -rw-r--r--"},
		{"another platform's binary", func(m *madeUp) { m.binaries = map[string]string{"darwin_arm64": "darwin_amd64"} }, `_darwin_arm64.zip: has a binary with GOARCH="amd64"`},
		{"not of Go", func(m *madeUp) { m.binaries = map[string]string{"linux_386": "x"} }, "that Go did not build: not of Go"},
		{"no SBOM", remove("_linux_386.cdx.json"), "_linux_386.cdx.json: cannot be read"},
		{"no JSON", replace("{", "["), "is no JSON"},
		{"an SBOM of another version", replace("v"+testVersion, "v0.0.1"), `is of version "v0.0.1"`},
		{"an SBOM of another binary", replace("SUM", "0"), "does not have the checksum of the binary"},
		{"a module is missing", replace(`"name":"a"`, `"name":"b"`), "does not have a v1.0.0"},
		{"a module of another version", replace("v1.0.0", "v1.0.1"), "does not have a v1.0.0"},
		{"a module without a licence", replace(`{"license":{"id":"MIT"}}`, ""), "a has no licence"},
		{"a licence that is not permitted", replace("MIT", "GPL-3.0-only"), `a has the licence "GPL-3.0-only"`},
	}
}

func TestCheck(t *testing.T) {
	for _, test := range append(faultsOfLists(), faultsOfContents()...) {
		t.Run(test.name, func(t *testing.T) {
			m := newMadeUp()
			test.change(m)
			c := newCandidate(m.make(t), testVersion)
			c.info = infoOf
			err := c.check(testVersion, []byte(m.manifest))
			if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v does not say %q", err, test.says)
			}
			if fault := new(FaultError); err != nil && !errors.As(err, &fault) {
				t.Errorf("%T", err)
			}
		})
	}
}

func TestCheckVersion(t *testing.T) {
	for _, version := range []string{"", "v0.1.0", "0.1", "0.1.0+build"} {
		if err := Check(fstest.MapFS{}, version, nil); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q is no version", version)) {
			t.Errorf("%q: %v", version, err)
		}
	}
}

// TestOwnBinary reads the build information of a binary that Go built.
func TestOwnBinary(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(path) //nolint:gosec // the path is its own
	if err != nil {
		t.Fatal(err)
	}
	c := newCandidate(fstest.MapFS{}, testVersion)
	c.checkBinary("x.zip", "plan9_mips", binary)
	if err := errors.Join(c.faults...); err == nil || !strings.Contains(err.Error(), `and not "plan9"`) {
		t.Errorf("%v", err)
	}
}
