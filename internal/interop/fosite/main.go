// Command fosite is an authorization server for tests: github.com/ory/fosite
// with HTTPS on loopback.
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
		s, err := newServer(url, c, say)
		if err != nil {
			return nil, err
		}
		return s.handler(), nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
