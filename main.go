// Terraform-provider-apitoken gets access tokens from token endpoints and hands them on.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

// version is set by the linker in releases.
var version = "dev"

// address is the provider's address in the public registry.
const address = "registry.terraform.io/apitoken/apitoken"

func main() {
	// With this variable the plugin library writes every message between the CLI
	// and the provider to disk, secrets and tokens included.
	if err := os.Unsetenv("TF_LOG_SDK_PROTO_DATA_DIR"); err != nil {
		log.Fatal(err)
	}
	debug := flag.Bool("debug", false, "run for a debugger such as delve")
	flag.Parse()

	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve(address, provider.NewServer(version), options...)
	if err != nil {
		log.Fatal(err)
	}
}
