// Command zitadel is an authorization server for tests: the OpenID Provider of
// github.com/zitadel/oidc with HTTPS on loopback. Its issuer has a path.
//
// The first line on stdin is its configuration as JSON. It prints a line of JSON
// when it is ready, and one for each request answered. It ends when stdin does,
// so that nothing of it outlives the test.
package main

import (
	"fmt"
	"net/http"
	"os"

	"github.com/apitoken/terraform-provider-apitoken/internal/interop/served"
)

func main() {
	c := &configuration{}
	err := served.Run(os.Stdin, os.Stdout, c, func(url string, say served.Say) (http.Handler, error) {
		return newHandler(url, c, say)
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
