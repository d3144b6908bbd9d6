// Terraform-provider-apitoken gets access tokens from token endpoints and hands them on.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

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

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: address,
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
