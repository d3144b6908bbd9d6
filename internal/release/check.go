package release

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

const (
	program = "terraform-provider-apitoken"
	// protocol is the one that the provider serves. A registry that is told another one, or
	// none, offers the release to CLIs which cannot run it.
	protocol = "6.0"
)

// Platforms returns the platforms of a release, as the names of its files have them.
func Platforms() []string {
	return []string{
		"darwin_amd64", "darwin_arm64", "freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
		"linux_386", "linux_amd64", "linux_arm", "linux_arm64", "windows_386", "windows_amd64", "windows_arm64",
	}
}

// FaultError is something wrong with a file of a release.
type FaultError struct{ File, Says string }

func (f *FaultError) Error() string { return f.File + ": " + f.Says }

// candidate is a release that is being checked.
type candidate struct {
	dist   fs.FS
	prefix string // of the names of all files
	info   func([]byte) (*debug.BuildInfo, error)
	faults []error
}

// Check reports what is wrong with a release, in a directory as goreleaser fills it, with
// the content of terraform-registry-manifest.json. It returns a FaultError for each thing that
// the registries or the CLIs would refuse, or that users would miss. Whether the signatures
// are good is for those to check who have the key.
func Check(dist fs.FS, version string, manifest []byte) error {
	return newCandidate(dist, version).check(version, manifest)
}

func newCandidate(dist fs.FS, version string) *candidate {
	return &candidate{dist: dist, prefix: program + "_" + version, info: func(binary []byte) (*debug.BuildInfo, error) {
		return buildinfo.Read(bytes.NewReader(binary))
	}}
}

func (c *candidate) check(version string, manifest []byte) error {
	if !regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`).MatchString(version) {
		return &FaultError{File: c.prefix, Says: fmt.Sprintf("%q is no version", version)}
	}
	c.checkSums(manifest)
	c.checkManifest(manifest)
	c.checkNames()
	for _, platform := range Platforms() {
		binary, modules := c.checkZip(platform, version)
		if binary != nil {
			c.checkBill(platform, version, binary, modules)
		}
	}
	return errors.Join(c.faults...)
}

func (c *candidate) fault(file, format string, args ...any) {
	c.faults = append(c.faults, &FaultError{File: file, Says: fmt.Sprintf(format, args...)})
}

// read returns a file, or nil if it is missing, which is a fault.
func (c *candidate) read(name string) []byte {
	content, err := fs.ReadFile(c.dist, name)
	if err != nil {
		c.fault(name, "cannot be read: %v", err)
		return nil
	}
	return content
}

// checkSums requires what the Terraform registry does: the list names the zip files and the
// manifest, and nothing else.
func (c *candidate) checkSums(manifest []byte) {
	name := c.prefix + "_SHA256SUMS"
	text := c.read(name)
	if text == nil {
		return
	}
	c.checkSignature(name)
	listed := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if _, err := hex.DecodeString(sum); !ok || err != nil || len(sum) != 2*sha256.Size {
			c.fault(name, "has a line that is no checksum, two spaces and a name")
			return
		}
		listed[file] = sum
	}
	contents := map[string][]byte{c.prefix + "_manifest.json": manifest}
	for _, platform := range Platforms() {
		file := c.prefix + "_" + platform + ".zip"
		contents[file] = c.read(file)
	}
	for file, content := range contents {
		switch sum, ok := listed[file]; {
		case !ok:
			c.fault(name, "does not name %s", file)
		case content != nil && sum != sumOf(content):
			c.fault(name, "has a wrong checksum for %s", file)
		}
		delete(listed, file)
	}
	for file := range listed {
		c.fault(name, "names %s, which the registry does not expect", file)
	}
}

// checkSignature requires a signature as the registries take it: in binary.
func (c *candidate) checkSignature(name string) {
	signature := c.read(name + ".sig")
	const packet = 0x80 // the bit that begins an OpenPGP packet
	if len(signature) > 0 && signature[0]&packet != 0 || signature == nil {
		return
	}
	c.fault(name+".sig", "is no binary OpenPGP signature")
}

func (c *candidate) checkManifest(content []byte) {
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	err := json.Unmarshal(content, &manifest)
	if err != nil || manifest.Version != 1 || !slices.Equal(manifest.Metadata.Protocols, []string{protocol}) {
		c.fault(c.prefix+"_manifest.json", "is not version 1 with the protocol %s alone", protocol)
	}
}

// checkNames finds zip files and SBOMs that have another version or platform in their names.
func (c *candidate) checkNames() {
	entries, err := fs.ReadDir(c.dist, ".")
	if err != nil {
		c.fault(c.prefix, "cannot be listed: %v", err)
	}
	for _, entry := range entries {
		name := entry.Name()
		ending := path.Ext(name)
		if strings.HasSuffix(name, ".cdx.json") {
			ending = ".cdx.json"
		} else if ending != ".zip" {
			continue
		}
		platform, ok := strings.CutPrefix(strings.TrimSuffix(name, ending), c.prefix+"_")
		if !ok || !slices.Contains(Platforms(), platform) {
			c.fault(name, "is not named after this version and a platform")
		}
	}
}

// checkZip returns the binary, or nil if there is none, and its modules.
func (c *candidate) checkZip(platform, version string) ([]byte, []*debug.Module) {
	name := c.prefix + "_" + platform + ".zip"
	content := c.read(name)
	if content == nil {
		return nil, nil
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		c.fault(name, "is no zip file: %v", err)
		return nil, nil
	}
	want := program + "_v" + version
	if strings.HasPrefix(platform, "windows_") {
		want += ".exe"
	}
	var binary []byte
	var names []string
	for _, file := range archive.File {
		names = append(names, file.Name)
		if file.Name != want {
			continue
		}
		if file.Mode().Perm() != 0o755 {
			c.fault(name, "has the binary with the mode %v", file.Mode())
		}
		if binary, err = unzip(file); err != nil {
			c.fault(name, "cannot be unpacked: %v", err)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"LICENSE", want}) {
		c.fault(name, "has %q and not LICENSE and %s alone", names, want)
	}
	if binary == nil {
		return nil, nil
	}
	return binary, c.checkBinary(name, platform, binary)
}

func unzip(file *zip.File) ([]byte, error) {
	reader, err := file.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(reader)
	return content, errors.Join(err, reader.Close())
}

// checkBinary requires that a binary was built for the platform that the name promises.
func (c *candidate) checkBinary(name, platform string, binary []byte) []*debug.Module {
	info, err := c.info(binary)
	if err != nil {
		c.fault(name, "has a binary that Go did not build: %v", err)
		return nil
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	system, architecture, _ := strings.Cut(platform, "_")
	for key, want := range map[string]string{
		"GOOS": system, "GOARCH": architecture, "CGO_ENABLED": "0", "-trimpath": "true", "-tags": "grpcnotrace",
	} {
		if settings[key] != want {
			c.fault(name, "has a binary with %s=%q and not %q", key, settings[key], want)
		}
	}
	return info.Deps
}

// checkBill requires an SBOM of this binary, with all its modules and a licence for each.
func (c *candidate) checkBill(platform, version string, binary []byte, modules []*debug.Module) {
	name := c.prefix + "_" + platform + ".cdx.json"
	content := c.read(name)
	if content == nil {
		return
	}
	c.checkSignature(name)
	var b bill
	if err := json.Unmarshal(content, &b); err != nil {
		c.fault(name, "is no JSON: %v", err)
		return
	}
	if got := b.Metadata.Component.Version; got != "v"+version {
		c.fault(name, "is of version %q", got)
	}
	if !b.isOf(sumOf(binary)) {
		c.fault(name, "does not have the checksum of the binary")
	}
	versions := map[string]string{}
	for _, one := range append(b.Components, b.Metadata.Component) {
		versions[one.Name] = one.Version
		if says := one.checkLicences(); says != "" {
			c.fault(name, "%s %s", one.Name, says)
		}
	}
	for _, module := range modules {
		if module.Replace != nil {
			module = module.Replace
		}
		if versions[module.Path] != module.Version {
			c.fault(name, "does not have %s %s, which is in the binary", module.Path, module.Version)
		}
	}
}

// isOf reports whether an SBOM names the checksum of a binary, as cyclonedx-gomod does.
func (b *bill) isOf(sum string) bool {
	for _, property := range b.Metadata.Properties {
		if property.Name == "cdx:gomod:binary:hash:SHA-256" && property.Value == sum {
			return true
		}
	}
	return false
}

func (one component) checkLicences() string {
	if len(one.Licenses) == 0 {
		return "has no licence"
	}
	for _, choice := range one.Licenses {
		if id := choice.License.ID; !slices.Contains(permitted(), id) {
			return fmt.Sprintf("has the licence %q, which is not permitted", id)
		}
	}
	return ""
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
