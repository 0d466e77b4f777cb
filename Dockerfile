# Two images from one build: docker build --target master -t kontena/master . && docker build --target agent -t kontena/agent .
ARG DOTNET=10.0
ARG NODE=22

FROM node:${NODE}-bookworm-slim AS node

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV CI=true DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /src
# What a restore needs, by itself: a change of code alone reuses the packages.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY Kontena.Core/Kontena.Core.csproj Kontena.Core/packages.lock.json Kontena.Core/
COPY Kontena.Web/Kontena.Web.csproj Kontena.Web/packages.lock.json Kontena.Web/
COPY Kontena.Agent/Kontena.Agent.csproj Kontena.Agent/packages.lock.json Kontena.Agent/
RUN dotnet restore Kontena.Web --locked-mode && dotnet restore Kontena.Agent --locked-mode
COPY wwwroot-assets wwwroot-assets
COPY Kontena.Core Kontena.Core
COPY Kontena.Web Kontena.Web
COPY Kontena.Agent Kontena.Agent
RUN dotnet publish Kontena.Web -c Release --no-restore -o /out/master \
 && dotnet publish Kontena.Agent -c Release --no-restore -o /out/agent
# An empty data folder that belongs to the user of the master: a volume mounted there starts as a copy of it.
RUN mkdir -m 700 /out/data

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET} AS master
LABEL org.opencontainers.image.title="Kontena master" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /out/master .
COPY --from=build --chown=1654:1654 /out/data /data
# The user "app" of the base image; the master needs no rights on its host.
USER 1654:1654
ENV ASPNETCORE_URLS=http://+:8080 Kontena__Data=/data
VOLUME /data
EXPOSE 8080
# bash speaks TCP itself, so the image needs no further program to ask for its health.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "Kontena.Web.dll"]

FROM mcr.microsoft.com/dotnet/runtime:${DOTNET} AS agent
LABEL org.opencontainers.image.title="Kontena agent" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /out/agent .
# Root in its container, on purpose: whoever may use the engine's socket is root on the host in any case.
VOLUME /var/lib/kontena-agent
# No health check here: the agent ends when it cannot go on, and whether it is connected is what the master shows.
ENTRYPOINT ["dotnet", "Kontena.Agent.dll"]
