@echo off
rem Starts carekit for the school network. Run it from the folder of carekit, or put a shortcut to it into the Startup folder.
rem The store, its key and the certificate lie in %ProgramData%\carekit, which only administrators and this account should read.
chcp 65001 >nul
setlocal
set "CAREKIT_LANG=zh-CN"
set "PYTHONUTF8=1"
set "DATA=%ProgramData%\carekit"
set "CAREKIT=%~dp0..\..\.venv\Scripts\carekit.exe"
if not exist "%CAREKIT%" (
    echo carekit is not installed here yet. See README, "Try it".
    echo 还没有安装 carekit，请先按 README 的 Try it 安装。
    pause
    exit /b 1
)
if not exist "%DATA%\school.carekit" (
    echo The store %DATA%\school.carekit is not there. See README, "Set up at a school".
    echo 找不到数据库 %DATA%\school.carekit，请按 README 的 Set up at a school 建库。
    pause
    exit /b 1
)
:again
"%CAREKIT%" serve "%DATA%\school.carekit" --key-file "%DATA%\school.key" --address 0.0.0.0 --no-browser --certfile "%DATA%\carekit.crt" --keyfile "%DATA%\carekit.key"
rem 0: ended by a person; 1: one sentence above says what is wrong; anything else: started again
if %errorlevel% leq 1 (
    pause
    exit /b %errorlevel%
)
timeout /t 5 >nul
goto again
