// Command check reports what the registries or the CLIs would refuse of a release that
// goreleaser has built, and what users would miss.
package main

import (
	"fmt"
	"os"

	"github.com/apitoken/terraform-provider-apitoken/internal/release"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: check DIST VERSION, in the root of the repository")
		os.Exit(2)
	}
	dist, version := os.Args[1], os.Args[2]
	manifest, err := os.ReadFile("terraform-registry-manifest.json")
	if err == nil {
		err = release.Check(os.DirFS(dist), version, manifest)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%s holds %s for %d platforms, as the registries take it\n", dist, version, len(release.Platforms()))
}
