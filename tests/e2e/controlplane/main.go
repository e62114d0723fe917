// A control plane for tests: etcd and kube-apiserver in one binary, one process each.
//
//	controlplane etcd DATA-DIR URL     listens there, prints the URL once it answers
//	controlplane apiserver FLAGS...    kube-apiserver with its own flags
//
// Either ends when its standard input does, so that nothing outlives the test run that started it,
// however that one ended.
package main

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	go endWithInput()
	if len(os.Args) == 4 && os.Args[1] == "etcd" {
		if err := serveEtcd(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, "etcd:", err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 2 && os.Args[1] == "apiserver" {
		command := app.NewAPIServerCommand()
		command.SetArgs(os.Args[2:])
		os.Exit(cli.Run(command))
	}
	fmt.Fprintln(os.Stderr, "usage: controlplane etcd DATA-DIR URL | controlplane apiserver FLAGS...")
	os.Exit(2)
}

// endWithInput ends the process when whoever started it closes the pipe, also by dying.
func endWithInput() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// serveEtcd runs a single member. Clients find it at the given URL, also when it comes back after
// it was killed; of peers there are none, so the kernel chooses a port for them.
func serveEtcd(dataDir, clientURL string) error {
	forClients, err := url.Parse(clientURL)
	if err != nil {
		return err
	}
	config := embed.NewConfig()
	config.Dir = dataDir
	config.LogLevel = "error"
	// The data are gone with the test: a disk that is slow to sync should not slow it.
	config.UnsafeNoFsync = true
	config.EnableGRPCGateway = false
	clients, peers := []url.URL{*forClients}, []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	config.ListenClientUrls, config.AdvertiseClientUrls = clients, clients
	config.ListenPeerUrls, config.AdvertisePeerUrls = peers, peers
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	server, err := embed.StartEtcd(config)
	if err != nil {
		return err
	}
	defer server.Close()
	select {
	case <-server.Server.ReadyNotify():
		fmt.Println(clientURL)
	case <-time.After(30 * time.Second):
		return fmt.Errorf("not ready within 30 s")
	}
	return <-server.Err()
}
